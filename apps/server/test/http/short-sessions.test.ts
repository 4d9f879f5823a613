import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { EventStream } from "../harness/event-stream.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import type { ApiResponse } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { invite, newDevice, newEmail, newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page, Security, SessionItem } from "../harness/wire.js";

/** A minute is the shortest limit. The tests wait for it concurrently. */
const service = useService({
  CURFEW_IDLE_MINUTES_MIN: "1",
  CURFEW_ABSOLUTE_MINUTES_MIN: "1",
  CURFEW_REAUTH_MINUTES: "1",
});
const SECURITY = "/api/accounts/me/security";
const MINUTE_MS = 60_000;
const TIMEOUT_MS = 100_000;
const EVERY_MS = 500;

/** Refreshes until it is refused; returns the refusal and when the last successful refresh was sent. */
async function refreshUntilRefused(client: ApiClient, idleForSeconds: () => number) {
  let lastSuccessAt = 0;
  const refusal = await until(
    "the session to end",
    async (): Promise<ApiResponse | false> => {
      const askedAt = Date.now();
      const response = await client.refresh({ idle_for_seconds: idleForSeconds() });
      if (response.status !== 200) return response;
      lastSuccessAt = askedAt;
      return false;
    },
    TIMEOUT_MS,
    EVERY_MS,
  );
  return { refusal, lastSuccessAt };
}

const untilOlderThanAMinute = (client: ApiClient): Promise<unknown> => {
  const startedAt = Date.parse(client.signedIn.session.started_at);
  return until("a minute to pass", () => Date.now() > startedAt + MINUTE_MS + 500, TIMEOUT_MS, EVERY_MS);
};

const expectExpired = (response: ApiResponse, reason: string, endedAt: string): void => {
  const problem = expectProblem(response, 401, "session_expired");
  expect({ reason: problem.reason, ended_at: problem.ended_at }).toEqual({ reason, ended_at: endedAt });
};

describe.concurrent("a session with a one-minute limit", () => {
  test(
    "expires as idle despite background refreshes that report the idle time; stream, refresh and audit trail have the deadline",
    async () => {
      const owner = await newOwner(service());
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, absolute_minutes: 30 }), 200);
      const device = await newDevice(owner);
      const { session } = device.signedIn;
      const deadline = Date.parse(session.idle_expires_at);
      expect(deadline).toBe(Date.parse(session.started_at) + MINUTE_MS);
      const stream = await EventStream.open(device);

      const startedAt = performance.now();
      const idleSeconds = () => Math.ceil((performance.now() - startedAt) / 1000) + 1;
      const { refusal, lastSuccessAt } = await refreshUntilRefused(device, idleSeconds);
      expectExpired(refusal, "idle", session.idle_expires_at);
      expect(refusal.setCookies).toEqual([]);
      expect(lastSuccessAt).toBeLessThan(deadline);
      expect(lastSuccessAt).toBeGreaterThan(deadline - 5_000);

      const ended = await stream.next("session.ended", 3_000);
      expect(ended.receivedAt).toBeGreaterThanOrEqual(deadline - 50);
      expect(ended.receivedAt).toBeLessThan(deadline + 2_000);
      expect(JSON.parse(ended.data)).toEqual({
        code: "session_expired",
        reason: "idle",
        ended_at: session.idle_expires_at,
      });
      await stream.untilClosed(1_000);
      expect(stream.comments.length).toBeGreaterThanOrEqual(3);

      expectProblem(await device.get("/api/auth/session"), 401, "token_expired");
      const trail = (await owner.get(`${SECURITY}/events?type=session.expired`)).json<Page<AuditEvent>>();
      expect(trail.items).toEqual([
        expect.objectContaining({ at: session.idle_expires_at, session_id: device.sessionId, actor: null }),
      ]);
      const live = (await owner.get(`${SECURITY}/sessions`)).json<Page<SessionItem>>();
      expect(live.items.map(({ id }) => id)).toEqual([owner.sessionId]);
      expect((await owner.get(SECURITY)).json<Security>().active_session_count).toBe(1);
      expectProblem(await owner.delete(`${SECURITY}/sessions/${device.sessionId}`), 404, "not_found");

      const headers = { cookie: `${device.cookieName}=${device.refreshToken}` };
      for (const act of [
        () => device.post("/api/auth/logout"),
        () => owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }),
      ]) {
        await act();
        expectExpired(await device.refresh({}, { headers, cookies: false }), "idle", session.idle_expires_at);
      }
    },
    TIMEOUT_MS,
  );

  test(
    "expires as absolute despite constant activity; if both deadlines are equal, the reason is absolute",
    async () => {
      const owner = await newOwner(service());
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, absolute_minutes: 1 }), 200);
      const device = await newDevice(owner, { transport: "body" });
      const { session } = device.signedIn;
      const { refusal } = await refreshUntilRefused(device, () => 0);
      expectExpired(refusal, "absolute", session.absolute_expires_at);
      expectExpired(await device.refresh(), "absolute", session.absolute_expires_at);
    },
    TIMEOUT_MS,
  );

  test(
    "stays live past its idle minute while it is used",
    async () => {
      const owner = await newOwner(service());
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, absolute_minutes: 30 }), 200);
      const device = await newDevice(owner);
      const firstDeadline = Date.parse(device.signedIn.session.idle_expires_at);
      await until(
        "the first deadline to pass",
        async () => {
          expectStatus(await device.refresh({ idle_for_seconds: 0 }), 200);
          return Date.now() > firstDeadline + 1_000;
        },
        TIMEOUT_MS,
        EVERY_MS,
      );
      expectStatus(await device.get("/api/auth/session"), 200);
    },
    TIMEOUT_MS,
  );
});

describe.concurrent("a policy applied now ends sessions whose new deadline has passed, as session_expired", () => {
  test(
    "the preview names the users, PATCH ends their sessions, and ended sessions are not counted as shortened",
    async () => {
      const owner = await newOwner(service());
      const member = await newMember(owner, { name: "Ida Idle" });
      await untilOlderThanAMinute(member);
      expectStatus(await owner.refresh(), 200);
      const patch = { idle_minutes: 1, absolute_minutes: 720 };
      expect(expectStatus(await owner.post(`${SECURITY}/preview`, patch), 200).json()).toMatchObject({
        sessions: 2,
        sessions_shortened: 1,
        sessions_ended: 1,
        users_ended: 1,
        users_ended_first: [{ user_id: member.user.id, name: "Ida Idle" }],
        caller_session_ends: false,
      });
      const response = expectStatus(await owner.patch(SECURITY, { ...patch, apply: "now" }), 200);
      expect(response.json<Security>().applied).toEqual({ sessions_shortened: 1, sessions_ended: 1 });
      expect(response.setCookies).toEqual([]);

      expectProblem(await member.get("/api/auth/session"), 401, "token_expired");
      const endedAt = new Date(Date.parse(member.signedIn.session.last_active_at) + MINUTE_MS).toISOString();
      expectExpired(await member.refresh(), "idle", endedAt);
      expectStatus(await owner.refresh(), 200);
      const trail = (await owner.get(`${SECURITY}/events?type=session.expired`)).json<Page<AuditEvent>>();
      expect(trail.items).toEqual([
        expect.objectContaining({ at: endedAt, session_id: member.sessionId, actor: null }),
      ]);
    },
    TIMEOUT_MS,
  );

  test(
    "the preview reports that the caller's own session would end, and PATCH clears the cookie",
    async () => {
      const owner = await newOwner(service());
      await untilOlderThanAMinute(owner);
      const preview = await owner.post(`${SECURITY}/preview`, { idle_minutes: 1 });
      expect(expectStatus(preview, 200).json()).toMatchObject({
        sessions_ended: 1,
        caller_session_ends: true,
      });
      const { cookie } = { cookie: `${owner.cookieName}=${owner.refreshToken}` };
      const response = expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, apply: "now" }), 200);
      expect(response.json<Security>().applied).toEqual({ sessions_shortened: 0, sessions_ended: 1 });
      expect(owner.cookies.size).toBe(0);
      expectProblem(await owner.get("/api/auth/session"), 401, "token_expired");
      const refused = await owner.refresh({}, { headers: { cookie } });
      expect(expectProblem(refused, 401, "session_expired").reason).toBe("idle");
    },
    TIMEOUT_MS,
  );
});

describe.concurrent("403 reauthentication_required: the sign-in is older than CURFEW_REAUTH_MINUTES and the call loosens security", () => {
  test(
    "required for longer limits and for inviting, promoting or enabling an owner, not for shorter limits, revoking or preview; signing in again is enough",
    async () => {
      const owner = await newOwner(service());
      const member = await newMember(owner);
      const memberPath = `/api/accounts/me/members/${member.user.id}`;
      const secondPath = `/api/accounts/me/members/${(await newMember(owner, { role: "owner" })).user.id}`;
      expectStatus(await owner.patch(secondPath, { disabled: true }), 200);
      const inviteOwner = () =>
        owner.post("/api/accounts/me/members", { name: "N", email: newEmail(), role: "owner" });
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 30, absolute_minutes: 600 }), 200);
      expectStatus(await inviteOwner(), 201);
      await untilOlderThanAMinute(owner);
      // A refresh doesn't count as a sign-in.
      expectStatus(await owner.refresh(), 200);

      const expectReauthentication = (response: ApiResponse) =>
        expectProblem(response, 403, "reauthentication_required");
      for (const patch of [
        { idle_minutes: 31 },
        { absolute_minutes: 601 },
        { idle_minutes: null },
        { idle_minutes: 20, absolute_minutes: null },
        { idle_minutes: 31, apply: "now" },
      ])
        expectReauthentication(await owner.patch(SECURITY, patch));
      expectReauthentication(await inviteOwner());
      expectReauthentication(await owner.patch(memberPath, { role: "owner" }));
      expectReauthentication(await owner.patch(secondPath, { disabled: false }));
      // The body is checked before re-authentication, and re-authentication before If-Match.
      expectProblem(await owner.patch(SECURITY, { idle_minutes: 31, x: 1 }), 422, "validation_failed");
      expectReauthentication(
        await owner.patch(SECURITY, { idle_minutes: 31 }, { headers: { "if-match": '"0"' } }),
      );
      const same = (await owner.get(SECURITY)).json<Security>();
      expect(same).toMatchObject({ idle_minutes: 30, absolute_minutes: 600 });
      expectStatus(await member.get("/api/auth/session"), 200);

      expectStatus(await owner.post(`${SECURITY}/preview`, { idle_minutes: 100 }), 200);
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 25 }), 200);
      expectStatus(await owner.patch(SECURITY, {}), 200);
      expectStatus(await owner.patch(SECURITY, { apply: "now" }), 200);
      expectStatus(await owner.refresh(), 200);
      await invite(owner, { role: "member" });
      expectStatus(await owner.post(`${SECURITY}/users/${member.user.id}/revoke-sessions`), 200);
      expectStatus(await owner.patch(memberPath, { disabled: true }), 200);

      expectStatus(await owner.login(), 200);
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 31 }), 200);
      expectStatus(await inviteOwner(), 201);
      expectStatus(await owner.patch(memberPath, { role: "owner" }), 200);
    },
    TIMEOUT_MS,
  );
});
