import type { Curfew, SessionChange } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { EVENTS_PATH, openStream, readStream } from "./support/event-streams.js";
import { statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

describe("the event stream of a session", () => {
  test("starts with session.state", async () => {
    const server = await openTestServer();
    const grant = await server.signIn({ role: "member" });
    const response = await server.call("GET", EVENTS_PATH, { token: grant.accessToken });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const stream = readStream(response);
    await server.clock.advance(0);
    expect(stream.events()).toEqual([
      [
        "session.state",
        {
          session: expect.objectContaining({ id: grant.session.id, idle_expires_in_ms: 3_600_000 }),
        },
      ],
    ]);
    await stream.cancel();
  });

  test("sends session.ended with the reason, and closes", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    const stream = await openStream(server, grant.accessToken);
    await server.curfew.sessions.signOut(grant.refreshToken);
    await server.clock.advance(1_000);
    expect(stream.events()[1]).toEqual([
      "session.ended",
      { code: "session_revoked", reason: "signed_out", ended_at: "2026-01-05T09:00:00.000Z" },
    ]);
    expect([stream.state.hasEnded, server.http.streams.size]).toEqual([true, 0]);
  });

  test("outlives the access token, and sends session.ended within two seconds of the deadline", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    const stream = await openStream(server, grant.accessToken);
    await server.clock.advance(3_599_000);
    expect(stream.state.hasEnded).toBe(false);
    await server.clock.advance(3_000);
    expect(stream.events()[1]).toEqual([
      "session.ended",
      { code: "session_expired", reason: "idle", ended_at: "2026-01-05T10:00:00.000Z" },
    ]);
    expect(stream.state.hasEnded).toBe(true);
  });

  test("sends session.shortened to every session, and policy.changed to owners", async () => {
    const server = await openTestServer();
    const owner = await server.signIn();
    const member = await server.signIn({ role: "member" });
    const [ofOwner, ofMember] = [
      await openStream(server, owner.accessToken),
      await openStream(server, member.accessToken),
    ];
    const response = await server.call("PATCH", "/api/accounts/me/security", {
      token: owner.accessToken,
      json: { idle_minutes: 15, apply: "now" },
    });
    expect(response.status).toBe(200);
    await server.clock.advance(1_000);
    const types = (stream: typeof ofOwner) =>
      stream
        .events()
        .map(([type]) => type)
        .sort();
    expect(types(ofOwner)).toEqual(["policy.changed", "session.shortened", "session.state"]);
    expect(types(ofMember)).toEqual(["session.shortened", "session.state"]);
    expect(ofMember.events()[1]?.[1]).toMatchObject({ session: { idle_minutes: 15 } });
    expect(ofOwner.events().find(([type]) => type === "policy.changed")?.[1]).toEqual({});
    await Promise.all([ofOwner.cancel(), ofMember.cancel()]);
  });

  test("sends a comment every 15 seconds", async () => {
    const server = await openTestServer();
    const stream = await openStream(server, (await server.signIn()).accessToken);
    expect(stream.comments()).toBe(0);
    await server.clock.advance(14_999);
    expect(stream.comments()).toBe(0);
    await server.clock.advance(1);
    expect(stream.comments()).toBe(1);
    await server.clock.advance(30_000);
    expect(stream.comments()).toBe(3);
    await stream.cancel();
  });

  test("stops watching and sending comments after the client has disconnected", async () => {
    const server = await openTestServer();
    const stream = await openStream(server, (await server.signIn()).accessToken);
    expect(server.http.streams.size).toBe(1);
    await stream.cancel();
    expect(server.http.streams.size).toBe(0);
    await server.clock.advance(60_000);
    expect(stream.comments()).toBe(0);
  });

  test("is closed on server shutdown", async () => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const streams = [await openStream(server, token), await openStream(server, token)];
    server.http.streams.closeAll();
    await server.clock.advance(0);
    expect(streams.map(({ state }) => [state.hasEnded, state.hasFailed])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  test("fails if the client does not read it", async () => {
    const server = await openTestServer();
    const response = await server.call("GET", EVENTS_PATH, { token: (await server.signIn()).accessToken });
    for (let minute = 0; minute < 15; minute++) await server.clock.advance(60_000);
    expect(server.http.streams.size).toBe(1);
    for (let minute = 0; minute < 5; minute++) await server.clock.advance(60_000);
    expect(server.http.streams.size).toBe(0);
    await expect(response.text()).rejects.toThrow();
  });

  test("is not kept open by HEAD", async () => {
    const server = await openTestServer();
    const response = await server.call("HEAD", EVENTS_PATH, { token: (await server.signIn()).accessToken });
    await server.clock.advance(0);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(server.http.streams.size).toBe(0);
  });

  test("requires a live session", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    expect(await statusAndCode(await server.call("GET", EVENTS_PATH))).toEqual([401, "unauthenticated"]);
    await server.curfew.sessions.signOut(grant.refreshToken);
    const response = await server.call("GET", EVENTS_PATH, { token: grant.accessToken });
    expect(await statusAndCode(response)).toEqual([401, "session_revoked"]);
  });

  test("sends changes from before its opening after session.state", async () => {
    const changeEarly = (curfew: Curfew): Curfew => ({
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
    const server = await openTestServer({ wrapEngine: changeEarly });
    const stream = await openStream(server, (await server.signIn()).accessToken);
    expect(stream.events().map(([type]) => type)).toEqual(["session.state", "policy.changed"]);
    await stream.cancel();
  });
});
