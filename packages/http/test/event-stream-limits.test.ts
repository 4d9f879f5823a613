import { describe, expect, test } from "vitest";
import { EVENTS_PATH, openStream } from "./support/event-streams.js";
import { statusAndCode } from "./support/responses.js";
import { openTestServer, type TestServer } from "./support/test-server.js";

describe("the limits of event streams", () => {
  const openMany = async (server: TestServer, token: string, count: number) => {
    const streams = [];
    for (let nth = 0; nth < count; nth++) streams.push(await openStream(server, token));
    return streams;
  };
  const stateOf = (stream: Awaited<ReturnType<typeof openStream>>) =>
    stream.state.hasEnded ? "ended" : "open";

  test("a session has eight: the oldest gives way, and its last line asks to wait a minute", async () => {
    const server = await openTestServer();
    const [own, other] = [await server.signIn(), await server.signIn()];
    const [ofOther] = await openMany(server, other.accessToken, 1);
    const streams = await openMany(server, own.accessToken, 10);
    expect(streams.map(stateOf)).toEqual(["ended", "ended", ...Array.from({ length: 8 }, () => "open")]);
    for (const { state } of streams.slice(0, 2)) {
      expect(state.text.trimEnd().split("\n").at(-1)).toBe("retry: 60000");
      expect(state.hasFailed).toBe(false);
    }
    expect([server.http.streams.size, ofOther && stateOf(ofOther)]).toEqual([9, "open"]);
    await streams[5]?.cancel();
    streams.push(...(await openMany(server, own.accessToken, 1)));
    expect(
      streams
        .slice(2)
        .map(stateOf)
        .filter((state) => state === "open"),
    ).toHaveLength(8);
    await server.curfew.sessions.signOut(own.refreshToken);
    await server.clock.advance(1000);
    for (const [index, stream] of streams.entries())
      expect(stream.events().filter(([type]) => type === "session.ended")).toHaveLength(
        index < 2 || index === 5 ? 0 : 1,
      );
    expect(server.http.streams.size).toBe(1);
  });

  test("a full process answers 503, but to a session whose oldest stream gives way", async () => {
    const server = await openTestServer();
    const [own, other] = [await server.signIn(), await server.signIn()];
    const streams = await openMany(server, own.accessToken, 8);
    const stream = { close: () => undefined, giveWay: () => undefined };
    const removers = Array.from({ length: 4992 }, (_, nth) =>
      server.http.streams.add({ accountId: "acme", sessionId: `s${nth}` }, stream),
    );
    const refused = await server.call("GET", EVENTS_PATH, { token: other.accessToken });
    expect(await statusAndCode(refused.clone())).toEqual([503, "unavailable"]);
    expect(refused.headers.get("retry-after")).toBe("60");
    await openMany(server, own.accessToken, 1);
    expect([server.http.streams.size, streams[0] && stateOf(streams[0])]).toEqual([5000, "ended"]);
    removers[0]?.();
    await openMany(server, other.accessToken, 1);
    expect(server.http.streams.size).toBe(5000);
    for (const remove of removers) remove();
  });

  test("streams that are opened at the same time stay within the limits", async () => {
    const server = await openTestServer();
    const { accessToken } = await server.signIn();
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => server.call("GET", EVENTS_PATH, { token: accessToken })),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(server.http.streams.size).toBe(8);
  });

  test.each(["refuseNew", "closeAll"] as const)("a stopping service begins none (%s)", async (stop) => {
    let stopWhileOpening = (): void => undefined;
    const server = await openTestServer({
      wrapEngine: (curfew) => ({
        ...curfew,
        sessions: {
          ...curfew.sessions,
          async watch(identity, listener) {
            const watched = await curfew.sessions.watch(identity, listener);
            stopWhileOpening();
            return watched;
          },
        },
      }),
    });
    const { accessToken: token } = await server.signIn();
    stopWhileOpening = () => server.http.streams[stop]();
    for (let nth = 0; nth < 2; nth++) {
      const refused = await server.call("GET", EVENTS_PATH, { token });
      expect(await statusAndCode(refused.clone())).toEqual([503, "unavailable"]);
      expect(refused.headers.get("retry-after")).toBe("2");
    }
    expect(server.http.streams.size).toBe(0);
  });

  test("the streams of a session cost one look at the database, and none for a policy that waits", async () => {
    const server = await openTestServer();
    const { accessToken } = await server.signIn();
    const { looks } = server;
    expect(looks.count).toBe(0);
    const streams = await openMany(server, accessToken, 8);
    expect(looks.count).toBe(1);
    for (const [apply, count] of [
      ["next_login", 1],
      ["now", 2],
    ] as const) {
      const response = await server.call("PATCH", "/api/accounts/me/security", {
        token: accessToken,
        json: { idle_minutes: 15, apply },
      });
      expect(response.status).toBe(200);
      await server.clock.advance(1000);
      expect(looks.count).toBe(count);
    }
    for (const stream of streams)
      expect(stream.events().map(([type]) => type)).toEqual(
        expect.arrayContaining(["policy.changed", "session.shortened"]),
      );
  });
});
