import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { useOwnService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { newEmail, newMember, newOwner, newPassword } from "../harness/users.js";

const service = useOwnService();

/** Limits the size of the files that the service can write; 0 simulates a full disk. */
const limitFiles = (bytes: string): void => {
  execFileSync("prlimit", ["--pid", String(service().pid), `--fsize=${bytes}:unlimited`]);
};

describe.runIf(process.platform === "linux")("outage: the disk is full", () => {
  test("writes get 503 with Retry-After and keep the cookies, reads still work, and the state is unchanged afterwards", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const before = (await owner.get("/api/accounts/me/security")).text;
    limitFiles("0");
    try {
      const calls = {
        register: () =>
          owner.post(
            "/api/auth/register",
            { account_name: "A", name: "N", email: newEmail(), password: newPassword() },
            { cookies: false },
          ),
        login: () => owner.login(),
        refresh: () => owner.refresh(),
        policy: () => owner.patch("/api/accounts/me/security", { idle_minutes: 20, apply: "now" }),
        revoke: () => owner.post("/api/accounts/me/security/revoke-sessions"),
        end: () => owner.delete(`/api/accounts/me/security/sessions/${member.sessionId}`),
        disable: () => owner.patch(`/api/accounts/me/members/${member.user.id}`, { disabled: true }),
        invite: () =>
          owner.post("/api/accounts/me/members", { name: "N", email: newEmail(), role: "member" }),
      };
      for (const [name, call] of Object.entries(calls)) {
        const response = await call();
        expect({ name, status: response.status }).toEqual({ name, status: 503 });
        expectProblem(response, 503, "unavailable");
        expect(Number(response.headers["retry-after"])).toBeGreaterThan(0);
        expect(response.setCookies).toEqual([]);
      }
      expectStatus(await owner.get("/api/auth/session"), 200);
    } finally {
      limitFiles("unlimited");
    }
    await until("the service to write again", async () => (await owner.refresh()).status === 200, 10_000);
    expectStatus(await member.get("/api/auth/session"), 200);
    expectStatus(await member.refresh(), 200);
    expect(JSON.parse((await owner.get("/api/accounts/me/security")).text)).toMatchObject({
      idle_minutes: JSON.parse(before).idle_minutes,
      active_session_count: 2,
    });
  });
});
