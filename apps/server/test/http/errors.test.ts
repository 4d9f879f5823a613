import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, RFC_3339 } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner } from "../harness/people.js";
import type { Answer } from "../harness/send.js";
import { type Service, useService } from "../harness/service.js";

const service = useService();
const TITLED = ["code", "detail", "status", "title", "type"];

/** How to get each code: those that take time or a broken machine are in short-sessions and outage. */
const WAYS: readonly [status: number, code: string, way: (service: Service) => Promise<Answer>][] = [
  [400, "bad_request", async (at) => (await newOwner(at)).post("/api/auth/refresh", [])],
  [401, "invalid_credentials", async (at) => (await newOwner(at)).login({ password: "not the password" })],
  [401, "unauthenticated", async (at) => (await newOwner(at)).get("/api/auth/session", { bearer: null })],
  [
    401,
    "token_expired",
    async (at) => {
      const owner = await newOwner(at);
      await owner.patch("/api/accounts/me/security", { apply: "now" });
      return owner.get("/api/auth/session");
    },
  ],
  [
    401,
    "invalid_proof",
    async (at) => (await newOwner(at, { key: new DpopKey() })).refresh({}, { proof: null }),
  ],
  [
    401,
    "use_dpop_nonce",
    async (at) => {
      const key = new DpopKey();
      const url = `${at.publicUrl}/api/auth/login`;
      const proof = key.proof({ method: "POST", url, payload: { iat: 1_000_000_000 } });
      return (await newOwner(at)).login({}, { proof });
    },
  ],
  [
    401,
    "session_revoked",
    async (at) => {
      const owner = await newOwner(at);
      await owner.post("/api/accounts/me/security/revoke-sessions", {}, { cookies: false });
      return owner.get("/api/auth/session");
    },
  ],
  [403, "forbidden", async (at) => (await newMember(await newOwner(at))).get("/api/accounts/me/security")],
  [
    403,
    "cross_origin",
    async (at) => (await newOwner(at)).refresh({}, { headers: { origin: "https://evil.example" } }),
  ],
  [404, "not_found", async (at) => (await newOwner(at)).get("/api/nothing")],
  [405, "method_not_allowed", async (at) => (await newOwner(at)).delete("/api/auth/login")],
  [
    409,
    "email_taken",
    async (at) => {
      const { email } = await newOwner(at);
      const other = await newOwner(at);
      return other.post("/api/accounts/me/members", { name: "N", email, role: "member" });
    },
  ],
  [
    409,
    "last_owner",
    async (at) => {
      const owner = await newOwner(at);
      return owner.patch(`/api/accounts/me/members/${owner.user.id}`, { role: "member" });
    },
  ],
  [
    412,
    "precondition_failed",
    async (at) =>
      (await newOwner(at)).patch("/api/accounts/me/security", {}, { headers: { "if-match": '"0"' } }),
  ],
  [
    413,
    "too_large",
    async (at) => (await newOwner(at)).post("/api/auth/refresh", { refresh_token: "x".repeat(70_000) }),
  ],
  [
    415,
    "unsupported_media_type",
    async (at) =>
      (await newOwner(at)).post("/api/auth/refresh", {}, { headers: { "content-type": "text/html" } }),
  ],
  [422, "validation_failed", async (at) => (await newOwner(at)).post("/api/auth/login", {})],
];

describe("error codes: each with its status, as a problem of RFC 9457", () => {
  test.each(WAYS)("%i %s", async (status, code, way) => {
    const answer = await way(service());
    const problem = expectProblem(answer, status, code);
    const more = { validation_failed: ["errors"], session_revoked: ["ended_at", "reason"] }[code] ?? [];
    expect(Object.keys(problem).sort()).toEqual([...TITLED, ...more].sort());
  });

  test("session_revoked tells when and why, the same by access token and by refresh token", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    await owner.delete(`/api/users/me/sessions/${device.sessionId}`);
    const byAccess = expectProblem(await device.get("/api/auth/session"), 401, "session_revoked");
    const byRefresh = expectProblem(await device.refresh(), 401, "session_revoked");
    expect(byAccess).toMatchObject({ reason: "revoked_by_user", ended_at: expect.stringMatching(RFC_3339) });
    expect(byRefresh.ended_at).toBe(byAccess.ended_at);
    expect(byRefresh.reason).toBe("revoked_by_user");
  });

  test("wrong e-mail and wrong password are one text", async () => {
    const owner = await newOwner(service());
    const wrongPassword = await owner.login({ password: "not the password" });
    const wrongEmail = await owner.login({ email: "nobody@example.com" });
    expect(wrongEmail.text).toBe(wrongPassword.text);
    expect(wrongEmail.status).toBe(wrongPassword.status);
    const named = ({ headers }: Answer) => Object.keys(headers).filter((name) => name !== "date");
    expect(named(wrongEmail)).toEqual(named(wrongPassword));
  });

  test("wrong e-mail and wrong password take the same time, within what passwords cost", async () => {
    const owner = await newOwner(service());
    const median = async (fields: Record<string, string>): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 15; round += 1) {
        const started = performance.now();
        await owner.login(fields, { cookies: false });
        times.push(performance.now() - started);
      }
      return times.sort((a, b) => a - b)[7] ?? 0;
    };
    const known = await median({ password: "not the password" });
    const unknown = await median({ email: "nobody@example.com" });
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });
});
