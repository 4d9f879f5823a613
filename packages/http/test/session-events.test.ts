import type { Curfew, SessionChange } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { refusal } from "./world/reading.js";
import { openWorld, type TestWorld } from "./world/world.js";

const PATH = "/api/auth/events";

/** Reads a stream as it comes: what has come, and whether it is over. */
function follow(response: Response) {
  const reader = response.body?.getReader();
  const state = { text: "", over: false, failed: false };
  const pump = async (): Promise<void> => {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) break;
      state.text += new TextDecoder().decode(chunk.value);
    }
    state.over = true;
  };
  pump().catch(() => {
    state.failed = true;
  });
  return {
    state,
    cancel: () => reader?.cancel(),
    /** The frames so far: type and data. */
    frames: () =>
      [...state.text.matchAll(/event: (.*)\ndata: (.*)\n\n/g)].map(
        ([, type, data]) => [type, JSON.parse(data ?? "")] as const,
      ),
    comments: () => state.text.split("\n").filter((line) => line.startsWith(":")).length,
  };
}

const open = async (world: TestWorld, token: string) => {
  const stream = follow(await world.call("GET", PATH, { token }));
  await world.clock.advance(0);
  return stream;
};

describe("the stream of a session", () => {
  test("begins with the session as it is", async () => {
    const world = await openWorld();
    const grant = await world.signIn({ role: "member" });
    const response = await world.call("GET", PATH, { token: grant.accessToken });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const stream = follow(response);
    await world.clock.advance(0);
    expect(stream.frames()).toEqual([
      [
        "session.state",
        {
          session: expect.objectContaining({ id: grant.session.id, idle_expires_in_ms: 3_600_000 }),
        },
      ],
    ]);
    await stream.cancel();
  });

  test("tells of its end with the reason, and closes", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    const stream = await open(world, grant.accessToken);
    await world.curfew.sessions.signOut(grant.refreshToken);
    await world.clock.advance(1_000);
    expect(stream.frames()[1]).toEqual([
      "session.ended",
      { code: "session_revoked", reason: "signed_out", ended_at: "2026-01-05T09:00:00.000Z" },
    ]);
    expect([stream.state.over, world.http.streams.size]).toEqual([true, 0]);
  });

  test("outlives the access token, and tells of the deadline within two seconds", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    const stream = await open(world, grant.accessToken);
    await world.clock.advance(3_599_000);
    expect(stream.state.over).toBe(false);
    await world.clock.advance(3_000);
    expect(stream.frames()[1]).toEqual([
      "session.ended",
      { code: "session_expired", reason: "idle", ended_at: "2026-01-05T10:00:00.000Z" },
    ]);
    expect(stream.state.over).toBe(true);
  });

  test("tells of shorter deadlines, and owners of the policy", async () => {
    const world = await openWorld();
    const owner = await world.signIn();
    const member = await world.signIn({ role: "member" });
    const [ofOwner, ofMember] = [await open(world, owner.accessToken), await open(world, member.accessToken)];
    const response = await world.call("PATCH", "/api/accounts/me/security", {
      token: owner.accessToken,
      json: { idle_minutes: 15, apply: "now" },
    });
    expect(response.status).toBe(200);
    await world.clock.advance(1_000);
    const types = (stream: typeof ofOwner) =>
      stream
        .frames()
        .map(([type]) => type)
        .sort();
    expect(types(ofOwner)).toEqual(["policy.changed", "session.shortened", "session.state"]);
    expect(types(ofMember)).toEqual(["session.shortened", "session.state"]);
    expect(ofMember.frames()[1]?.[1]).toMatchObject({ session: { idle_minutes: 15 } });
    expect(ofOwner.frames().find(([type]) => type === "policy.changed")?.[1]).toEqual({});
    await Promise.all([ofOwner.cancel(), ofMember.cancel()]);
  });

  test("breathes every 15 seconds", async () => {
    const world = await openWorld();
    const stream = await open(world, (await world.signIn()).accessToken);
    expect(stream.comments()).toBe(0);
    await world.clock.advance(14_999);
    expect(stream.comments()).toBe(0);
    await world.clock.advance(1);
    expect(stream.comments()).toBe(1);
    await world.clock.advance(30_000);
    expect(stream.comments()).toBe(3);
    await stream.cancel();
  });

  test("stops watching and breathing once the client has gone", async () => {
    const world = await openWorld();
    const stream = await open(world, (await world.signIn()).accessToken);
    expect(world.http.streams.size).toBe(1);
    await stream.cancel();
    expect(world.http.streams.size).toBe(0);
    await world.clock.advance(60_000);
    expect(stream.comments()).toBe(0);
  });

  test("can be closed by the server that stops", async () => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const streams = [await open(world, token), await open(world, token)];
    world.http.streams.closeAll();
    await world.clock.advance(0);
    expect(streams.map(({ state }) => [state.over, state.failed])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  test("is given up where the client does not read it", async () => {
    const world = await openWorld();
    const response = await world.call("GET", PATH, { token: (await world.signIn()).accessToken });
    for (let minute = 0; minute < 15; minute++) await world.clock.advance(60_000);
    expect(world.http.streams.size).toBe(1);
    for (let minute = 0; minute < 5; minute++) await world.clock.advance(60_000);
    expect(world.http.streams.size).toBe(0);
    await expect(response.text()).rejects.toThrow();
  });

  test("is not opened by HEAD", async () => {
    const world = await openWorld();
    const response = await world.call("HEAD", PATH, { token: (await world.signIn()).accessToken });
    await world.clock.advance(0);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(world.http.streams.size).toBe(0);
  });

  test("is refused without a live session", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    expect(await refusal(await world.call("GET", PATH))).toEqual([401, "unauthenticated"]);
    await world.curfew.sessions.signOut(grant.refreshToken);
    const response = await world.call("GET", PATH, { token: grant.accessToken });
    expect(await refusal(response)).toEqual([401, "session_revoked"]);
  });

  test("tells what happens while it opens only after the session's state", async () => {
    const early = (curfew: Curfew): Curfew => ({
      ...curfew,
      sessions: {
        ...curfew.sessions,
        async watch(identity, listener) {
          const watched = await curfew.sessions.watch(identity, listener);
          const change: SessionChange = { kind: "policy_changed" };
          listener(change);
          return watched;
        },
      },
    });
    const world = await openWorld({ wrap: early });
    const stream = await open(world, (await world.signIn()).accessToken);
    expect(stream.frames().map(([type]) => type)).toEqual(["session.state", "policy.changed"]);
    await stream.cancel();
  });
});
