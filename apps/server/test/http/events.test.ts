import { afterEach, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { EventStream, type StreamEvent } from "../harness/event-stream.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { SessionState, SignIn } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";

const opened: EventStream[] = [];
const open = async (client: ApiClient): Promise<EventStream> => {
  const stream = await EventStream.open(client);
  opened.push(stream);
  await stream.next("session.state");
  return stream;
};
afterEach(() => {
  for (const stream of opened.splice(0)) stream.close();
});

const read = <T>(event: StreamEvent): T => JSON.parse(event.data) as T;

describe("GET /api/auth/events", () => {
  test("is text/event-stream with no-store, and its first event is session.state", async () => {
    const owner = await newOwner(service());
    const stream = await open(owner);
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(stream.response.headers["cache-control"]).toBe("no-store");
    expect(stream.response.headers["x-content-type-options"]).toBe("nosniff");
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

  test("each event's data is one line of JSON", async () => {
    const owner = await newOwner(service());
    const stream = await open(owner);
    for (const { data } of stream.events) expect(data).toMatch(/^\{[^\n\r]*\}$/);
  });

  test("without a token it answers 401", async () => {
    const response = await send(service(), { path: "/api/auth/events" });
    expectProblem(response, 401, "unauthenticated");
  });

  test("session.ended arrives within a second of the response with code, reason and ended_at, and the stream closes", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
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
    ["signed_out", (client: ApiClient) => client.post("/api/auth/logout")],
    ["revoked_by_owner", (client: ApiClient) => client.post(`${SECURITY}/revoke-sessions`)],
    [
      "password_changed",
      (client: ApiClient) =>
        client.post("/api/users/me/password", {
          current_password: client.password,
          new_password: "a brand-new one 1",
        }),
    ],
  ])("the stream of a session that ends as %s gets session.ended", async (reason, endSession) => {
    const owner = await newOwner(service());
    const stream = await open(owner);
    const response = await endSession(owner);
    expect(response.status).toBeLessThan(300);
    const event = await stream.next("session.ended", 1_000);
    expect(read(event)).toMatchObject({ code: "session_revoked", reason });
    await stream.untilClosed(1_000);
  });

  test("signing out everyone else closes their streams, and the owner's stays open", async () => {
    const owner = await newOwner(service());
    const others = await Promise.all([newMember(owner), newMember(owner), newDevice(owner)]);
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

  test("session.shortened has the new deadlines when a policy is applied now", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const stream = await open(member);
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15, absolute_minutes: 720, apply: "now" }), 200);
    const event = await stream.next("session.shortened", 2_000);
    const { session } = read<{ session: SessionState }>(event);
    expect(session).toMatchObject({ id: member.sessionId, idle_minutes: 15, absolute_minutes: 720 });
    expectStatus(await member.refresh({ idle_for_seconds: 3_600 }), 200);
    const now = expectStatus(await member.get("/api/auth/session"), 200).json<SignIn>();
    expect(now.session.absolute_expires_at).toBe(session.absolute_expires_at);
    expect(stream.closed).toBe(false);
  });

  test("policy.changed {} is sent to owners, not to members or other accounts", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const otherOwner = await newOwner(service());
    const [toOwner, toMember, toOtherOwner] = await Promise.all([owner, member, otherOwner].map(open));
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15 }), 200);
    const event = await toOwner?.next("policy.changed", 2_000);
    expect(event?.data).toBe("{}");
    // Their session.ended comes after any event that they could have received before.
    expectStatus(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 204);
    expectStatus(await otherOwner.post("/api/auth/logout"), 204);
    for (const stream of [toMember, toOtherOwner]) {
      await stream?.untilClosed();
      expect(stream?.events.map(({ type }) => type)).toEqual(["session.state", "session.ended"]);
    }
  });

  test("a session has eight streams: the oldest gives way, with retry: 60000 as its last line", async () => {
    const owner = await newOwner(service());
    const streams = [];
    for (let nth = 0; nth < 9; nth++) streams.push(await open(owner));
    const [oldest, ...others] = streams;
    await oldest?.untilClosed(1_000);
    expect(oldest?.lines.at(-1)).toBe("retry: 60000");
    expect(oldest?.events.map(({ type }) => type)).toEqual(["session.state"]);
    expect(others.map(({ closed }) => closed)).toEqual(others.map(() => false));
    expectStatus(await owner.post("/api/auth/logout"), 204);
    for (const stream of others) await stream.next("session.ended", 1_000);
  });

  test("an owner who was demoted gets no more policy.changed on a stream from before", async () => {
    const owner = await newOwner(service());
    const other = await newMember(owner, { role: "owner" });
    const stream = await open(other);
    expectStatus(await owner.patch(`/api/accounts/me/members/${other.user.id}`, { role: "member" }), 200);
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15 }), 200);
    expectStatus(await owner.delete(`${SECURITY}/sessions/${other.sessionId}`), 204);
    await stream.untilClosed();
    expect(stream.events.map(({ type }) => type)).toEqual(["session.state", "session.ended"]);
  });

  test("a stream begins with the session as the newest refresh left it", async () => {
    const owner = await newOwner(service());
    await open(owner);
    const { session } = expectStatus(await owner.refresh(), 200).json<SignIn>();
    const stream = await open(owner);
    expect(read<{ session: SessionState }>(await stream.next("session.state")).session).toMatchObject({
      last_active_at: session.last_active_at,
      idle_expires_at: session.idle_expires_at,
    });
  });

  test("two dozen clients that disconnect leave the service working", async () => {
    const owner = await newOwner(service());
    const streams = await Promise.all(Array.from({ length: 24 }, () => open(owner)));
    for (const stream of streams) stream.close();
    expectStatus(await owner.get("/api/auth/session"), 200);
    const another = await open(owner);
    expectStatus(await owner.post("/api/auth/logout"), 204);
    await another.next("session.ended", 1_000);
  });
});
