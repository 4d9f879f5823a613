import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, RFC_3339 } from "../harness/expectations.js";
import type { ApiResponse } from "../harness/send.js";
import { type Service, useService } from "../harness/service.js";
import { invite, newDevice, newEmail, newMember, newOwner } from "../harness/users.js";

const service = useService();
const PROBLEM_FIELDS = ["code", "detail", "status", "title", "type"];

/** How to get each code. Those that need time or an outage are in short-sessions and outage. */
const TRIGGERS: readonly [
  status: number,
  code: string,
  trigger: (service: Service) => Promise<ApiResponse>,
][] = [
  [400, "bad_request", async (target) => (await newOwner(target)).post("/api/auth/refresh", [])],
  [
    401,
    "invalid_credentials",
    async (target) => (await newOwner(target)).login({ password: "not the password" }),
  ],
  [
    401,
    "unauthenticated",
    async (target) => (await newOwner(target)).get("/api/auth/session", { bearer: null }),
  ],
  [
    401,
    "token_expired",
    async (target) => {
      const owner = await newOwner(target);
      await owner.patch("/api/accounts/me/security", { apply: "now" });
      return owner.get("/api/auth/session");
    },
  ],
  [
    401,
    "invalid_proof",
    async (target) => (await newOwner(target, { key: new DpopKey() })).refresh({}, { proof: null }),
  ],
  [
    401,
    "use_dpop_nonce",
    async (target) => {
      const key = new DpopKey();
      const url = `${target.publicUrl}/api/auth/login`;
      const proof = key.proof({ method: "POST", url, payload: { iat: 1_000_000_000 } });
      return (await newOwner(target)).login({}, { proof });
    },
  ],
  [
    401,
    "session_revoked",
    async (target) => {
      const owner = await newOwner(target);
      await owner.post("/api/accounts/me/security/revoke-sessions", {}, { cookies: false });
      return owner.get("/api/auth/session");
    },
  ],
  [
    403,
    "forbidden",
    async (target) => (await newMember(await newOwner(target))).get("/api/accounts/me/security"),
  ],
  [
    403,
    "cross_origin",
    async (target) => (await newOwner(target)).refresh({}, { headers: { origin: "https://evil.example" } }),
  ],
  [404, "not_found", async (target) => (await newOwner(target)).get("/api/nothing")],
  [405, "method_not_allowed", async (target) => (await newOwner(target)).delete("/api/auth/login")],
  [
    409,
    "email_taken",
    async (target) => {
      const { email } = await newOwner(target);
      const other = await newOwner(target);
      return other.post("/api/accounts/me/members", { name: "N", email, role: "member" });
    },
  ],
  [
    409,
    "last_owner",
    async (target) => {
      const owner = await newOwner(target);
      return owner.patch(`/api/accounts/me/members/${owner.user.id}`, { role: "member" });
    },
  ],
  [
    409,
    "too_many",
    async (target) => {
      const owner = await newOwner(target);
      for (let invited = 0; invited < 1000; invited += 50)
        await Promise.all(Array.from({ length: 50 }, () => invite(owner)));
      const fields = { name: "N", email: newEmail(), role: "member" };
      return owner.post("/api/accounts/me/members", fields);
    },
  ],
  [
    412,
    "precondition_failed",
    async (target) =>
      (await newOwner(target)).patch("/api/accounts/me/security", {}, { headers: { "if-match": '"0"' } }),
  ],
  [
    413,
    "too_large",
    async (target) =>
      (await newOwner(target)).post("/api/auth/refresh", { refresh_token: "x".repeat(70_000) }),
  ],
  [
    415,
    "unsupported_media_type",
    async (target) =>
      (await newOwner(target)).post("/api/auth/refresh", {}, { headers: { "content-type": "text/html" } }),
  ],
  [422, "validation_failed", async (target) => (await newOwner(target)).post("/api/auth/login", {})],
];

describe("each error code has its status and is a problem (RFC 9457)", () => {
  test.each(TRIGGERS)("%i %s", async (status, code, trigger) => {
    const response = await trigger(service());
    const problem = expectProblem(response, status, code);
    const more = { validation_failed: ["errors"], session_revoked: ["ended_at", "reason"] }[code] ?? [];
    expect(Object.keys(problem).sort()).toEqual([...PROBLEM_FIELDS, ...more].sort());
  });

  test("session_revoked has the same ended_at and reason for the access token and the refresh token", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    await owner.delete(`/api/users/me/sessions/${device.sessionId}`);
    const byAccess = expectProblem(await device.get("/api/auth/session"), 401, "session_revoked");
    const byRefresh = expectProblem(await device.refresh(), 401, "session_revoked");
    expect(byAccess).toMatchObject({ reason: "revoked_by_user", ended_at: expect.stringMatching(RFC_3339) });
    expect(byRefresh.ended_at).toBe(byAccess.ended_at);
    expect(byRefresh.reason).toBe("revoked_by_user");
  });

  test("an unknown e-mail and a wrong password get identical responses", async () => {
    const owner = await newOwner(service());
    const wrongPassword = await owner.login({ password: "not the password" });
    const wrongEmail = await owner.login({ email: "nobody@example.com" });
    expect(wrongEmail.text).toBe(wrongPassword.text);
    expect(wrongEmail.status).toBe(wrongPassword.status);
    const named = ({ headers }: ApiResponse) => Object.keys(headers).filter((name) => name !== "date");
    expect(named(wrongEmail)).toEqual(named(wrongPassword));
  });

  test("an unknown e-mail and a wrong password take about the same time", async () => {
    const owner = await newOwner(service());
    const timeOf = async (fields: Record<string, string>): Promise<number> => {
      const started = performance.now();
      await owner.login(fields, { cookies: false });
      return performance.now() - started;
    };
    const medianOf = (times: readonly number[]): number =>
      times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
    // In turn, so that other work on the machine slows both.
    for (let round = 0; round < 25; round += 1) {
      times.known.push(await timeOf({ password: "not the password" }));
      times.unknown.push(await timeOf({ email: "nobody@example.com" }));
    }
    const [known, unknown] = [medianOf(times.known), medianOf(times.unknown)];
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });
});
