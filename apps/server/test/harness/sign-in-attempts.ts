import { expect } from "vitest";
import { expectProblem } from "./expectations.js";
import { type ApiResponse, send } from "./send.js";
import type { Service } from "./service.js";

export const LOGIN = "/api/auth/login";

/** Sign-ins at a service that trusts the `X-Forwarded-For` of the tests. */
export function signInAttempts(service: () => Service) {
  let count = 0;
  const attempt = (
    from: string,
    { email, password }: { email: string; password: string },
  ): Promise<ApiResponse> =>
    send(service(), {
      method: "POST",
      path: LOGIN,
      headers: { "x-forwarded-for": from },
      json: { email, password },
    });
  return {
    /** An address in a network that no other test of the file uses. */
    newNetwork(): string {
      count += 1;
      return `198.18.${count >> 8}.${count & 255}`;
    },
    attempt,
    fail: (from: string, email: string): Promise<ApiResponse> => attempt(from, { email, password: "wrong" }),
  };
}

export function expectLimited(response: ApiResponse): void {
  expectProblem(response, 429, "rate_limited");
  expect(Number(response.headers["retry-after"])).toBeGreaterThan(0);
  expect(Number(response.headers["retry-after"])).toBeLessThanOrEqual(900);
}
