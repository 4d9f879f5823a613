import { afterEach, describe, expect, test } from "vitest";
import { EventStream, type StreamEvent } from "../harness/event-stream.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner } from "../harness/people.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { SessionState, SignIn } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";

const opened: EventStream[] = [];
const open = async (visitor: Visitor): Promise<EventStream> => {
  const stream = await EventStream.open(visitor);
  opened.push(stream);
  await stream.next("session.state");
  return stream;
};
afterEach(() => {
  for (const stream of opened.splice(0)) stream.close();
});

const read = <T>(event: StreamEvent): T => JSON.parse(event.data) as T;

describe("GET /api/auth/events", () => {
  test("is text/event-stream, no-store, and first of all says session.state", async () => {
    const owner = await newOwner(service());
    const stream = await open(owner);
    expect(stream.incoming.statusCode).toBe(200);
    expect(stream.incoming.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(stream.incoming.headers["cache-control"]).toBe("no-store");
    expect(stream.incoming.headers["x-content-type-options"]).toBe("nosniff");
    const [first] = stream.events;
    expect(first?.type).toBe("session.state");
    const state = read<{ session: SessionState }>(await stream.next("session.state"));
    expect(Object.keys(state)).toEqual(["session"]);
    expect(Object.keys(state.session).sort()).toEqual(Object.keys(owner.signedIn.session).sort());
    expect(state.session).toMatchObject({
      id: owner.sessionId,
      idle_expires_at: owner.signedIn.session.idle_expires_at,
    });
  });

  test("the data is one line of JSON", async () => {
    const owner = await newOwner(service());
    const stream = await open(owner);
    for (const { data } of stream.events) expect(data).toMatch(/^\{[^\n\r]*\}$/);
  });

  test("without a token it is a 401, as any call", async () => {
    const answer = await send(service(), { path: "/api/auth/events" });
    expectProblem(answer, 401, "unauthenticated");
  });

  test("session.ended tells code, reason and moment within a second of the answer, and the stream closes", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    const stream = await open(device);
    expectStatus(await owner.delete(`/api/users/me/sessions/${device.sessionId}`), 204);
    const answeredAt = Date.now();
    const event = await stream.next("session.ended");
    expect(event.receivedAt - answeredAt).toBeLessThan(1_000);
    await stream.untilClosed(1_000);
    const endedAt = expectRevoked(await device.get("/api/auth/session"), "revoked_by_user");
    expect(read(event)).toEqual({ code: "session_revoked", reason: "revoked_by_user", ended_at: endedAt });
  });

  test.each([
    ["signed_out", (visitor: Visitor) => visitor.post("/api/auth/logout")],
    ["revoked_by_owner", (visitor: Visitor) => visitor.post(`${SECURITY}/revoke-sessions`)],
    [
      "password_changed",
      (visitor: Visitor) =>
        visitor.post("/api/users/me/password", {
          current_password: visitor.password,
          new_password: "a brand-new one 1",
        }),
    ],
  ])("an ending by %s is told on the stream of the session that ended", async (reason, act) => {
    const owner = await newOwner(service());
    const stream = await open(owner);
    const answer = await act(owner);
    expect(answer.status).toBeLessThan(300);
    const event = await stream.next("session.ended", 1_000);
    expect(read(event)).toMatchObject({ code: "session_revoked", reason });
    await stream.untilClosed(1_000);
  });

  test("everyone's streams end when an owner signs everyone out, and the spared one goes on", async () => {
    const owner = await newOwner(service());
    const others = await Promise.all([newMember(owner), newMember(owner), anotherDevice(owner)]);
    const spared = await open(owner);
    const streams = await Promise.all(others.map(open));
    expectStatus(await owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }), 200);
    for (const stream of streams) {
      expect(read(await stream.next("session.ended", 1_000))).toMatchObject({ reason: "revoked_by_owner" });
      await stream.untilClosed(1_000);
    }
    expect(spared.closed).toBe(false);
    expect(spared.events.map(({ type }) => type)).not.toContain("session.ended");
  });

  test("session.shortened tells the new deadlines when a policy is applied now", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const stream = await open(member);
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15, absolute_minutes: 720, apply: "now" }), 200);
    const event = await stream.next("session.shortened", 2_000);
    const { session } = read<{ session: SessionState }>(event);
    expect(session).toMatchObject({ id: member.sessionId, idle_minutes: 15, absolute_minutes: 720 });
    expectStatus(await member.refresh({ idle_for_seconds: 3_600 }), 200);
    const now = expectStatus(await member.get("/api/auth/session"), 200).as<SignIn>();
    expect(now.session.absolute_expires_at).toBe(session.absolute_expires_at);
    expect(stream.closed).toBe(false);
  });

  test("policy.changed {} goes to owners, not to members and not to other accounts", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const elsewhere = await newOwner(service());
    const [toOwner, toMember, toElsewhere] = await Promise.all([owner, member, elsewhere].map(open));
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15 }), 200);
    const event = await toOwner?.next("policy.changed", 2_000);
    expect(event?.data).toBe("{}");
    // What ends the others' streams comes after what they could have been told.
    expectStatus(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 204);
    expectStatus(await elsewhere.post("/api/auth/logout"), 204);
    for (const stream of [toMember, toElsewhere]) {
      await stream?.untilClosed();
      expect(stream?.events.map(({ type }) => type)).toEqual(["session.state", "session.ended"]);
    }
  });

  test("a client that goes away leaves the service in order, also by the dozen", async () => {
    const owner = await newOwner(service());
    const streams = await Promise.all(Array.from({ length: 24 }, () => open(owner)));
    for (const stream of streams) stream.close();
    expectStatus(await owner.get("/api/auth/session"), 200);
    const last = await open(owner);
    expectStatus(await owner.post("/api/auth/logout"), 204);
    await last.next("session.ended", 1_000);
  });
});
