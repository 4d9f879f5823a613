import { describe, expect, test } from "vitest";
import { jsonOf, statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

const SESSIONS = "/api/accounts/me/security/sessions";
const usersPath = (id: string) => `/api/accounts/me/security/users/${encodeURIComponent(id)}/revoke-sessions`;

const IDS = [
  "42",
  "auth0|b",
  "cm3x9k2",
  "a/b",
  "../x",
  "100%",
  "%2F",
  "%252F",
  "two words",
  " ",
  "a?b=c#d",
  "a+b&c",
  "Zoë·日本·🔑",
  "e\u0301",
  "x".repeat(255),
  "019B9A3C-0000-7000-8000-00000000000A",
];

interface Page {
  items: { user: { id: string } }[];
}

describe("a host's own ids of users", () => {
  test.each(IDS)("%j is listed, filtered by and signed out by its owner", async (userId) => {
    const server = await openTestServer();
    const owner = await server.signIn({ userId: "owner:1", accountId: "acme/1" });
    const user = await server.signIn({ userId, accountId: "acme/1", role: "member" });
    const token = owner.accessToken;
    const query = new URLSearchParams({ user_id: userId });
    const listed = await server.call("GET", `${SESSIONS}?${query}`, { token });
    expect([listed.status, (await jsonOf<Page>(listed)).items.map((item) => item.user.id)]).toEqual([
      200,
      [userId],
    ]);
    const ended = await server.call("POST", usersPath(userId), { token });
    expect([ended.status, await jsonOf(ended)]).toEqual([200, { revoked_count: 1 }]);
    const refused = await server.call("GET", "/api/auth/session", { token: user.accessToken });
    expect(await statusAndCode(refused)).toEqual([401, "session_revoked"]);
  });

  test.each(["43", "auth0|c", "x".repeat(256), "x".repeat(512), "\0", "a\0b"])(
    "%j is the 404 of an unknown user where nobody has it",
    async (userId) => {
      const server = await openTestServer();
      const { accessToken: token } = await server.signIn({ userId: "42" });
      expect(await statusAndCode(await server.call("POST", usersPath(userId), { token }))).toEqual([
        404,
        "not_found",
      ]);
      expect(server.reportedErrors).toEqual([]);
    },
  );

  test.each(["", "x".repeat(256), "\0"])("%j is an invalid_value in a query", async (userId) => {
    const server = await openTestServer();
    const { accessToken: token } = await server.signIn();
    const query = new URLSearchParams({ user_id: userId });
    expect(await statusAndCode(await server.call("GET", `${SESSIONS}?${query}`, { token }))).toEqual([
      422,
      "validation_failed",
    ]);
  });

  test("differ in upper and lower case", async () => {
    const server = await openTestServer();
    const owner = await server.signIn({ userId: "Ada" });
    const query = new URLSearchParams({ user_id: "ada" });
    const listed = await server.call("GET", `${SESSIONS}?${query}`, { token: owner.accessToken });
    expect((await jsonOf<Page>(listed)).items).toEqual([]);
  });
});

describe("ids that are UUIDs (RFC 9562 §4)", () => {
  test("of sessions are taken in upper case, and the caller's own is still recognized", async () => {
    const server = await openTestServer();
    const { accessToken: token, session, user } = await server.signIn();
    const other = await server.signIn({ userId: user.id });
    const ofOther = await server.call("DELETE", `${SESSIONS}/${other.session.id.toUpperCase()}`, { token });
    expect([ofOther.status, ofOther.headers.has("set-cookie")]).toEqual([204, false]);
    const own = `/api/users/me/sessions/${session.id.toUpperCase()}`;
    const ofCaller = await server.call("DELETE", own, { token });
    expect([ofCaller.status, ofCaller.headers.has("set-cookie")]).toEqual([204, true]);
  });

  test("of users are taken in upper case where the server's are UUIDs, and nothing else is", async () => {
    const server = await openTestServer({ userIds: "uuid" });
    const { accessToken: token } = await server.signIn();
    const member = await server.signIn({ role: "member" });
    const query = new URLSearchParams({ user_id: member.user.id.toUpperCase() });
    const listed = await server.call("GET", `${SESSIONS}?${query}`, { token });
    expect((await jsonOf<Page>(listed)).items.map(({ user }) => user.id)).toEqual([member.user.id]);
    const ended = await server.call("POST", usersPath(member.user.id.toUpperCase()), { token });
    expect(await jsonOf(ended)).toEqual({ revoked_count: 1 });
    expect(await statusAndCode(await server.call("POST", usersPath("42"), { token }))).toEqual([
      404,
      "not_found",
    ]);
    expect((await server.call("GET", `${SESSIONS}?user_id=42`, { token })).status).toBe(422);
  });
});
