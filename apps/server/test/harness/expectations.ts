import { expect } from "vitest";
import type { ApiResponse } from "./send.js";
import type { FieldError, Problem } from "./wire.js";

export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Expects a problem with this status and code, and returns it. */
export function expectProblem(response: ApiResponse, status: number, code: string): Problem {
  expect({ status: response.status, body: response.text }).toMatchObject({
    status,
    body: expect.stringContaining(`"code":"${code}"`),
  });
  const problem = response.json<Problem>();
  expect(problem).toMatchObject({ status, code });
  return problem;
}

/** Expects a 422 with exactly these error codes by field, and returns the errors. */
export function expectFieldErrors(
  response: ApiResponse,
  codes: Readonly<Record<string, string>>,
): readonly FieldError[] {
  const { errors = [] } = expectProblem(response, 422, "validation_failed");
  const found = errors.map(({ field, code }) => [field, code]);
  expect(found.sort()).toEqual(Object.entries(codes).sort());
  return errors;
}

/** Expects a 401 session_revoked with this reason, and returns its `ended_at`. */
export function expectRevoked(response: ApiResponse, reason: string): string {
  const problem = expectProblem(response, 401, "session_revoked");
  expect(problem.reason).toBe(reason);
  expect(problem.ended_at).toMatch(RFC_3339);
  return problem.ended_at ?? "";
}

/** Expects a status, and shows the body if it is another one. */
export function expectStatus(response: ApiResponse, status: number): ApiResponse {
  expect({ status: response.status, body: response.status === status ? "" : response.text }).toEqual({
    status,
    body: "",
  });
  return response;
}
