import type { Identity } from "@curfew/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { requireSession, toNextHandlers } from "../../src/adapters/next.js";
import { jsonOf, statusAndCode } from "../support/responses.js";
import { ada, ben, NOBODY, openHostHandler, openTokenHandler, requestFor } from "../support/test-handler.js";

describe("toNextHandlers", () => {
  test("has a handler of each method, which serve Curfew's routes", async () => {
    const { sessions, host } = await openHostHandler();
    const { GET, HEAD, POST, PATCH, DELETE, OPTIONS } = toNextHandlers(sessions);
    const headers = { cookie: host.signIn("one", ada) };
    const path = "/api/accounts/me/security";
    expect((await GET(requestFor("GET", path, { headers }))).status).toBe(200);
    expect((await HEAD(requestFor("HEAD", path, { headers }))).status).toBe(200);
    expect((await OPTIONS(requestFor("OPTIONS", path))).headers.get("allow")).toContain("PATCH");
    const patch = { headers, json: { idle_minutes: 30 } };
    expect(await jsonOf(await PATCH(requestFor("PATCH", path, patch)))).toMatchObject({ idle_minutes: 30 });
    expect((await POST(requestFor("POST", "/api/auth/logout", { headers }))).status).toBe(204);
    expect(await statusAndCode(await DELETE(requestFor("DELETE", "/api/nothing")))).toEqual([
      404,
      "not_found",
    ]);
  });
});

describe("a handler that is opened at the first call", () => {
  test("is not opened by loading the route modules, and serves both", async () => {
    let openings = 0;
    const { sessions, host } = await openHostHandler();
    const open = async () => {
      openings += 1;
      return sessions;
    };
    const { GET } = toNextHandlers(open);
    const own = requireSession(open, (_request, { identity }) => new Response(identity.userId));
    expect(openings).toBe(0);
    const headers = { cookie: host.signIn("one", ada) };
    expect((await GET(requestFor("GET", "/api/auth/session", { headers }))).status).toBe(200);
    expect(await (await own(requestFor("GET", "/notes", { headers }), {})).text()).toBe(ada.id);
  });
});

describe("a handler that can't be opened", () => {
  const open = (error: Error) => () => Promise.reject(error);

  test("is a 503 problem, whose cause is in the log, and never a sign-out", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    const error = new Error("the database does not answer");
    const { GET } = toNextHandlers(open(error));
    const own = requireSession(open(error), () => new Response());
    for (const answer of [
      await GET(requestFor("GET", "/api/auth/session")),
      await own(requestFor("GET", "/notes"), {}),
    ]) {
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(await statusAndCode(answer)).toEqual([503, "unavailable"]);
    }
    expect(logged.mock.calls.map(([, cause]) => cause)).toEqual([error, error]);
  });

  test("lets through what Next.js itself throws, as it does where a build reads the headers", async () => {
    const error = Object.assign(new Error("dynamic"), { digest: "DYNAMIC_SERVER_USAGE" });
    const { GET } = toNextHandlers(open(error));
    await expect(GET(requestFor("GET", "/api/auth/session"))).rejects.toBe(error);
    const own = requireSession(open(error), () => new Response());
    await expect(own(requestFor("GET", "/notes"), {})).rejects.toBe(error);
  });
});

describe("requireSession of Next.js", () => {
  test("hands the caller to the route handler, beside what Next.js passes", async () => {
    const { sessions, host } = await openHostHandler();
    const GET = requireSession(
      sessions,
      async (_request, { identity, params }: { params: Promise<{ id: string }> } & { identity: Identity }) =>
        Response.json([identity.userId, (await params).id]),
    );
    const headers = { cookie: host.signIn("one", ben) };
    const response = await GET(requestFor("GET", "/notes/7", { headers }), {
      params: Promise.resolve({ id: "7" }),
    });
    expect(await jsonOf(response)).toEqual([ben.id, "7"]);
  });

  test("refuses with the problem document: 401 with the reason, and 403", async () => {
    const { sessions, host, curfew } = await openHostHandler();
    const GET = requireSession(sessions, () => new Response("for owners"), { role: "owner" });
    const get = (cookie: string) => GET(requestFor("GET", "/reports", { headers: { cookie } }), {});
    expect(await statusAndCode(await get(""))).toEqual([401, "unauthenticated"]);
    expect(await statusAndCode(await get(host.signIn("two", ben)))).toEqual([403, "forbidden"]);
    const cookie = host.signIn("one", ada);
    expect(await (await get(cookie)).text()).toBe("for owners");
    await curfew.revoke.account("acme", { actor: NOBODY });
    const ended = await get(cookie);
    expect(ended.headers.get("content-type")).toBe("application/problem+json");
    expect(await jsonOf(ended)).toMatchObject({
      code: "session_revoked",
      reason: "revoked_by_owner",
      ended_at: expect.stringMatching(/Z$/),
    });
  });

  test("lets errors of the route handler, and unexpected ones, through", async () => {
    const { sessions } = await openTokenHandler();
    const GET = requireSession(
      { ...sessions, require: () => Promise.reject(new Error("a bug")) },
      () => new Response(),
    );
    await expect(GET(requestFor("GET", "/"), {})).rejects.toThrow("a bug");
  });
});
