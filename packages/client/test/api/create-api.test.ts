import { describe, expect, test } from "vitest";
import { EVERY_CALL, problem, recordedApi } from "./recorder.js";

const ENCODED = "an%20id%2Fwith%3Fmarks";

async function sent(name: keyof typeof EVERY_CALL) {
  const { api, calls } = recordedApi();
  await EVERY_CALL[name](api);
  return calls;
}

describe("a call", () => {
  test("carries what it is given as its body, as it is", async () => {
    expect(await sent("changePassword")).toEqual([
      {
        method: "POST",
        path: "/api/users/me/password",
        body: { current_password: "old", new_password: "new" },
        auth: "proof",
      },
    ]);
  });

  test("carries the page that is asked for as its query", async () => {
    expect(await sent("ownSessions")).toEqual([
      { method: "GET", path: "/api/users/me/sessions", query: { limit: 20, cursor: "c+/=" }, auth: "bearer" },
    ]);
  });

  test("encodes the ids in its path, whatever they hold", async () => {
    const paths = ["endOwnSession", "endAccountSession", "endUserSessions", "changeMember"] as const;
    const calls = (await Promise.all(paths.map(sent))).flat();
    expect(calls.map(({ path }) => path)).toEqual([
      `/api/users/me/sessions/${ENCODED}`,
      `/api/accounts/me/security/sessions/${ENCODED}`,
      `/api/accounts/me/security/users/${ENCODED}/revoke-sessions`,
      `/api/accounts/me/members/${ENCODED}`,
    ]);
  });

  test("that ends the account's sessions names its scope", async () => {
    expect((await sent("endAccountSessions"))[0]).toMatchObject({ body: { scope: "others" } });
  });

  test.each([
    ["none", ["config", "readInvitation"]],
    ["proof", ["register", "signIn", "refresh", "signOut", "changePassword", "acceptInvitation"]],
  ] as const)(
    "carries %s where it is one of those that do, and the access token elsewhere",
    async (auth, names) => {
      const all = Object.keys(EVERY_CALL) as (keyof typeof EVERY_CALL)[];
      const calls = await Promise.all(all.map(async (name) => ({ name, auth: (await sent(name))[0]?.auth })));
      expect(calls.filter((call) => call.auth === auth).map(({ name }) => name)).toEqual(names);
    },
  );
});

describe("the policy", () => {
  test("comes with its version", async () => {
    const { api } = recordedApi(Response.json({ idle_minutes: 15 }, { headers: { ETag: '"7"' } }));
    expect(await api.policy()).toEqual({ idle_minutes: 15, etag: '"7"' });
  });

  test("is changed on the version that is named, and answers with the new one", async () => {
    const { api, calls } = recordedApi(Response.json({ preset: "custom" }, { headers: { ETag: '"8"' } }));
    expect(await api.changePolicy({ idle_minutes: 20 }, '"7"')).toEqual({ preset: "custom", etag: '"8"' });
    expect(calls).toEqual([
      {
        method: "PATCH",
        path: "/api/accounts/me/security",
        body: { idle_minutes: 20 },
        headers: { "If-Match": '"7"' },
        auth: "bearer",
      },
    ]);
  });

  test("is changed on whatever stands where no version is named", async () => {
    const { api, calls } = recordedApi();
    await api.changePolicy({ idle_minutes: 20 });
    expect(calls[0]?.headers).toEqual({});
  });
});

describe("an answer", () => {
  test("without a body is nothing", async () => {
    const { api } = recordedApi(new Response(null, { status: 204 }));
    expect(await api.endOwnSession("s")).toBeUndefined();
  });

  test("that is the trail comes as a file, and is asked for as CSV", async () => {
    const csv = "id,at\r\n1,2026-01-01T00:00:00.000Z\r\n";
    const { api, calls } = recordedApi(new Response(csv, { headers: { "Content-Type": "text/csv" } }));
    const file = await api.auditCsv();
    expect([await file.text(), file.type]).toEqual([csv, "text/csv"]);
    expect(calls[0]?.headers).toEqual({ Accept: "text/csv" });
  });
});

describe("every call", () => {
  const outcome = (name: string, answer: Response | Error) =>
    EVERY_CALL[name as keyof typeof EVERY_CALL](recordedApi(answer).api).then(
      () => "resolved",
      (error: unknown) => error,
    );

  test.each(Object.keys(EVERY_CALL))("rejects with the server's problem: %s", async (name) => {
    const answer = problem(409, { code: "email_taken", detail: "It is a user's already.", status: 409 });
    expect(await outcome(name, answer)).toMatchObject({
      name: "CurfewProblem",
      code: "email_taken",
      status: 409,
      message: "It is a user's already.",
      isTrouble: false,
    });
  });

  test.each(Object.keys(EVERY_CALL))("is unreachable where no answer comes: %s", async (name) => {
    expect(await outcome(name, new TypeError("fetch failed"))).toMatchObject({
      name: "CurfewProblem",
      code: "unreachable",
      status: 0,
      isTrouble: true,
    });
  });

  test.each(["config", "policy", "changePolicy"])(
    "is unreachable where a page stands in for the answer, as before a hotel's sign-in: %s",
    async (name) => {
      const page = new Response("<!doctype html><p>Welcome", { headers: { "Content-Type": "text/html" } });
      expect(await outcome(name, page)).toMatchObject({ code: "unreachable", isTrouble: true });
    },
  );
});
