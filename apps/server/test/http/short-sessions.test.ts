import { describe, expect, test } from "vitest";
import { EventStream } from "../harness/event-stream.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { anotherDevice, invite, newEmail, newMember, newOwner } from "../harness/people.js";
import type { Answer } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { until } from "../harness/until.js";
import type { Visitor } from "../harness/visitor.js";
import type { Page, Security, SessionItem, TrailEvent } from "../harness/wire.js";

/** A minute is the shortest that a session can be: these tests wait for one, all of them for the same. */
const service = useService({
  CURFEW_IDLE_MINUTES_MIN: "1",
  CURFEW_ABSOLUTE_MINUTES_MIN: "1",
  CURFEW_REAUTH_MINUTES: "1",
});
const SECURITY = "/api/accounts/me/security";
const MINUTE_MS = 60_000;
const TIMEOUT_MS = 100_000;
const EVERY_MS = 500;

/** Refreshes again and again as long as it works; gives back the refusal and when the last success was asked for. */
async function refreshUntilRefused(visitor: Visitor, idleForSeconds: () => number) {
  let lastSuccessAt = 0;
  const refusal = await until(
    "the session to end",
    async (): Promise<Answer | false> => {
      const askedAt = Date.now();
      const answer = await visitor.refresh({ idle_for_seconds: idleForSeconds() });
      if (answer.status !== 200) return answer;
      lastSuccessAt = askedAt;
      return false;
    },
    TIMEOUT_MS,
    EVERY_MS,
  );
  return { refusal, lastSuccessAt };
}

const untilOlderThanAMinute = (visitor: Visitor): Promise<unknown> => {
  const startedAt = Date.parse(visitor.signedIn.session.started_at);
  return until("a minute to pass", () => Date.now() > startedAt + MINUTE_MS + 500, TIMEOUT_MS, EVERY_MS);
};

const expectExpired = (answer: Answer, reason: string, endedAt: string): void => {
  const problem = expectProblem(answer, 401, "session_expired");
  expect({ reason: problem.reason, ended_at: problem.ended_at }).toEqual({ reason, ended_at: endedAt });
};

describe.concurrent("a session that ends on its minute", () => {
  test(
    "idle: background refreshes that report honestly keep nothing alive; stream, refresh and trail tell the deadline",
    async () => {
      const owner = await newOwner(service());
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, absolute_minutes: 30 }), 200);
      const device = await anotherDevice(owner);
      const { session } = device.signedIn;
      const deadline = Date.parse(session.idle_expires_at);
      expect(deadline).toBe(Date.parse(session.started_at) + MINUTE_MS);
      const stream = await EventStream.open(device);

      const startedAt = performance.now();
      const idle = () => Math.ceil((performance.now() - startedAt) / 1000) + 1;
      const { refusal, lastSuccessAt } = await refreshUntilRefused(device, idle);
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
      const trail = (await owner.get(`${SECURITY}/events?type=session.expired`)).as<Page<TrailEvent>>();
      expect(trail.items).toEqual([
        expect.objectContaining({ at: session.idle_expires_at, session_id: device.sessionId, actor: null }),
      ]);
      const live = (await owner.get(`${SECURITY}/sessions`)).as<Page<SessionItem>>();
      expect(live.items.map(({ id }) => id)).toEqual([owner.sessionId]);
      expect((await owner.get(SECURITY)).as<Security>().active_session_count).toBe(1);
      expectProblem(await owner.delete(`${SECURITY}/sessions/${device.sessionId}`), 404, "not_found");

      const headers = { cookie: `curfew_refresh=${device.refreshToken}` };
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
    "absolute: nobody is there more than the one who is always there, and it ends all the same; equal, it is absolute",
    async () => {
      const owner = await newOwner(service());
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, absolute_minutes: 1 }), 200);
      const device = await anotherDevice(owner, { transport: "body" });
      const { session } = device.signedIn;
      const { refusal } = await refreshUntilRefused(device, () => 0);
      expectExpired(refusal, "absolute", session.absolute_expires_at);
      expectExpired(await device.refresh(), "absolute", session.absolute_expires_at);
    },
    TIMEOUT_MS,
  );

  test(
    "a session that is used outlives its idle minute",
    async () => {
      const owner = await newOwner(service());
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, absolute_minutes: 30 }), 200);
      const device = await anotherDevice(owner);
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

describe.concurrent("apply now: those whose new deadline has passed end as session_expired with its reason", () => {
  test(
    "preview tells who, PATCH does it, and the ended count once",
    async () => {
      const owner = await newOwner(service());
      const member = await newMember(owner, { name: "Ida Idle" });
      await untilOlderThanAMinute(member);
      expectStatus(await owner.refresh(), 200);
      const patch = { idle_minutes: 1, absolute_minutes: 720 };
      expect(expectStatus(await owner.post(`${SECURITY}/preview`, patch), 200).as()).toMatchObject({
        sessions: 2,
        sessions_shortened: 1,
        sessions_ended: 1,
        users_ended: 1,
        users_ended_first: [{ user_id: member.user.id, name: "Ida Idle" }],
        caller_session_ends: false,
      });
      const answer = expectStatus(await owner.patch(SECURITY, { ...patch, apply: "now" }), 200);
      expect(answer.as<Security>().applied).toEqual({ sessions_shortened: 1, sessions_ended: 1 });
      expect(answer.setCookies).toEqual([]);

      expectProblem(await member.get("/api/auth/session"), 401, "token_expired");
      const endedAt = new Date(Date.parse(member.signedIn.session.last_active_at) + MINUTE_MS).toISOString();
      expectExpired(await member.refresh(), "idle", endedAt);
      expectStatus(await owner.refresh(), 200);
      const trail = (await owner.get(`${SECURITY}/events?type=session.expired`)).as<Page<TrailEvent>>();
      expect(trail.items).toEqual([
        expect.objectContaining({ at: endedAt, session_id: member.sessionId, actor: null }),
      ]);
    },
    TIMEOUT_MS,
  );

  test(
    "a call that ends the calling session says so before, and clears the cookie in its answer",
    async () => {
      const owner = await newOwner(service());
      await untilOlderThanAMinute(owner);
      const preview = await owner.post(`${SECURITY}/preview`, { idle_minutes: 1 });
      expect(expectStatus(preview, 200).as()).toMatchObject({ sessions_ended: 1, caller_session_ends: true });
      const { cookie } = { cookie: `curfew_refresh=${owner.refreshToken}` };
      const answer = expectStatus(await owner.patch(SECURITY, { idle_minutes: 1, apply: "now" }), 200);
      expect(answer.as<Security>().applied).toEqual({ sessions_shortened: 0, sessions_ended: 1 });
      expect(owner.cookies.size).toBe(0);
      expectProblem(await owner.get("/api/auth/session"), 401, "token_expired");
      const refused = await owner.refresh({}, { headers: { cookie } });
      expect(expectProblem(refused, 401, "session_expired").reason).toBe("idle");
    },
    TIMEOUT_MS,
  );
});

describe.concurrent("403 reauthentication_required: signed in more than CURFEW_REAUTH_MINUTES ago and the call loosens security", () => {
  test(
    "loosening, inviting or promoting an owner ask; tightening, revoking and preview never do; signing in in place is enough",
    async () => {
      const owner = await newOwner(service());
      const member = await newMember(owner);
      const memberPath = `/api/accounts/me/members/${member.user.id}`;
      const inviteOwner = () =>
        owner.post("/api/accounts/me/members", { name: "N", email: newEmail(), role: "owner" });
      expectStatus(await owner.patch(SECURITY, { idle_minutes: 30, absolute_minutes: 600 }), 200);
      expectStatus(await inviteOwner(), 201);
      await untilOlderThanAMinute(owner);
      // Renewing the session is no sign-in.
      expectStatus(await owner.refresh(), 200);

      const asks = (answer: Answer) => expectProblem(answer, 403, "reauthentication_required");
      for (const patch of [
        { idle_minutes: 31 },
        { absolute_minutes: 601 },
        { idle_minutes: null },
        { idle_minutes: 20, absolute_minutes: null },
        { idle_minutes: 31, apply: "now" },
      ])
        asks(await owner.patch(SECURITY, patch));
      asks(await inviteOwner());
      asks(await owner.patch(memberPath, { role: "owner" }));
      // The order of checks: the body before re-authentication, re-authentication before If-Match.
      expectProblem(await owner.patch(SECURITY, { idle_minutes: 31, x: 1 }), 422, "validation_failed");
      asks(await owner.patch(SECURITY, { idle_minutes: 31 }, { headers: { "if-match": '"0"' } }));
      const same = (await owner.get(SECURITY)).as<Security>();
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
