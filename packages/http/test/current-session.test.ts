import { describe, expect, test } from "vitest";
import { jsonOf } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

describe("the current session", () => {
  test("is returned with its user, and reading it moves no deadline", async () => {
    const server = await openTestServer();
    const grant = await server.signIn({ role: "member", name: "Bo" });
    await server.clock.advance(10_000);
    const response = await server.call("GET", "/api/auth/session", { token: grant.accessToken });
    expect(await jsonOf(response)).toEqual({
      session: {
        id: grant.session.id,
        started_at: "2026-01-05T09:00:00.000Z",
        last_active_at: "2026-01-05T09:00:00.000Z",
        idle_minutes: 60,
        absolute_minutes: 1440,
        idle_expires_at: "2026-01-05T10:00:00.000Z",
        absolute_expires_at: "2026-01-06T09:00:00.000Z",
        idle_expires_in_ms: 3_590_000,
        absolute_expires_in_ms: 86_390_000,
      },
      user: {
        id: grant.user.id,
        name: "Bo",
        email: `${grant.user.id}@acme.example`,
        role: "member",
        account: { id: server.accountId, name: "Acme" },
      },
    });
  });

  test("that has ended answers 401 session_revoked with reason and time", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.curfew.sessions.signOut(grant.refreshToken);
    const response = await server.call("GET", "/api/auth/session", { token: grant.accessToken });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({
      code: "session_revoked",
      reason: "signed_out",
      ended_at: "2026-01-05T09:00:00.000Z",
    });
  });
});
