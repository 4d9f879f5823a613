import { isCurfewError } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { createDpopKey } from "./support/dpop-key.js";
import { faultsOf, statusAndCode } from "./support/responses.js";
import { openTestServer, type TestServer } from "./support/test-server.js";

const LOGOUT = "/api/auth/logout";
const CLEARED = "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict";

/** `live`, or the reason for which the session ended. */
async function stateOf(server: TestServer, { session }: { session: { accountId: string; id: string } }) {
  try {
    await server.curfew.sessions.get(session.accountId, session.id);
    return "live";
  } catch (error) {
    if (isCurfewError(error, "session_revoked") || isCurfewError(error, "session_expired"))
      return error.details.reason;
    throw error;
  }
}

const outcome = (response: Response) => [response.status, response.headers.get("set-cookie")];

describe("logout", () => {
  test("without any token answers 204 and clears the cookie", async () => {
    const server = await openTestServer();
    const response = await server.call("POST", LOGOUT);
    expect(outcome(response)).toEqual([204, CLEARED]);
    expect(await response.text()).toBe("");
  });

  test.each([
    ["an invalid access token", { token: "nonsense" }],
    ["an invalid cookie", { cookie: "nonsense" }],
    ["an invalid refresh token", { json: { refresh_token: "nonsense" } }],
  ])("answers 204 for %s", async (_, call) => {
    const server = await openTestServer();
    expect(outcome(await server.call("POST", LOGOUT, call))).toEqual([204, CLEARED]);
  });

  test("ends the session of the access token", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    const response = await server.call("POST", LOGOUT, {
      token: grant.accessToken,
      cookie: grant.refreshToken,
    });
    expect(outcome(response)).toEqual([204, CLEARED]);
    expect(await stateOf(server, grant)).toBe("signed_out");
  });

  test("ends the session of the refresh token in the body, else of the cookie", async () => {
    const server = await openTestServer();
    const [body, cookie] = [await server.signIn(), await server.signIn()];
    await server.call("POST", LOGOUT, { json: { refresh_token: body.refreshToken } });
    await server.call("POST", LOGOUT, { cookie: cookie.refreshToken });
    expect([await stateOf(server, body), await stateOf(server, cookie)]).toEqual([
      "signed_out",
      "signed_out",
    ]);
  });

  test("ends one session: of the access token, else of the body, else of the cookie", async () => {
    const server = await openTestServer();
    const [token, body, cookie] = [await server.signIn(), await server.signIn(), await server.signIn()];
    const response = await server.call("POST", LOGOUT, {
      token: token.accessToken,
      cookie: cookie.refreshToken,
      json: { refresh_token: body.refreshToken },
    });
    expect(await Promise.all([token, body, cookie].map((grant) => stateOf(server, grant)))).toEqual([
      "signed_out",
      "live",
      "live",
    ]);
    expect(outcome(response)).toEqual([204, null]);
  });

  test("clears the cookie of another session that has ended", async () => {
    const server = await openTestServer();
    const [token, cookie] = [await server.signIn(), await server.signIn()];
    await server.curfew.sessions.signOut(cookie.refreshToken);
    const response = await server.call("POST", LOGOUT, {
      token: token.accessToken,
      cookie: cookie.refreshToken,
    });
    expect(outcome(response)).toEqual([204, CLEARED]);
  });

  test("with the access token of an ended session keeps a newer session and its cookie", async () => {
    const server = await openTestServer();
    const [older, newer] = [await server.signIn(), await server.signIn()];
    await server.curfew.sessions.signOut(older.refreshToken);
    const response = await server.call("POST", LOGOUT, {
      token: older.accessToken,
      cookie: newer.refreshToken,
    });
    expect(outcome(response)).toEqual([204, null]);
    expect(await stateOf(server, newer)).toBe("live");
  });

  test("with the access token and the cookie of an ended session clears the cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.curfew.sessions.signOut(grant.refreshToken);
    const response = await server.call("POST", LOGOUT, {
      token: grant.accessToken,
      cookie: grant.refreshToken,
    });
    expect(outcome(response)).toEqual([204, CLEARED]);
  });

  test("with an expired access token ends the session of the cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.clock.advance(300_000);
    await server.call("POST", LOGOUT, { token: grant.accessToken, cookie: grant.refreshToken });
    expect(await stateOf(server, grant)).toBe("signed_out");
  });

  test("ends a bound session only with its proof, and clears the cookie in any case", async () => {
    const server = await openTestServer();
    const key = await createDpopKey();
    const grant = await server.signIn({ keyThumbprint: key.thumbprint });
    const signOut = async (headers: Record<string, string>) =>
      outcome(await server.call("POST", LOGOUT, { cookie: grant.refreshToken, headers }));
    expect(await signOut({})).toEqual([204, CLEARED]);
    expect(await signOut({ DPoP: "nonsense" })).toEqual([204, CLEARED]);
    expect(await stateOf(server, grant)).toBe("live");
    const htu = "https://app.example/api/auth/logout";
    expect(await signOut({ DPoP: await key.prove(server.clock.now(), { htu }) })).toEqual([204, CLEARED]);
    expect(await stateOf(server, grant)).toBe("signed_out");
  });

  test("keeps the cookie of a live session if the body names a bound session without its proof", async () => {
    const server = await openTestServer();
    const key = await createDpopKey();
    const [bound, cookie] = [await server.signIn({ keyThumbprint: key.thumbprint }), await server.signIn()];
    const response = await server.call("POST", LOGOUT, {
      cookie: cookie.refreshToken,
      json: { refresh_token: bound.refreshToken },
    });
    expect(outcome(response)).toEqual([204, null]);
    expect([await stateOf(server, bound), await stateOf(server, cookie)]).toEqual(["live", "live"]);
  });

  test("refuses unknown fields", async () => {
    const server = await openTestServer();
    const response = await server.call("POST", LOGOUT, { json: { everywhere: true, refresh_token: 5 } });
    expect(await faultsOf(response)).toEqual(["everywhere: unknown_field", "refresh_token: wrong_type"]);
  });

  test("that is committed is answered although the database then fails", async () => {
    const server = await openTestServer({
      wrapEngine: (curfew) => ({
        ...curfew,
        sessions: {
          ...curfew.sessions,
          async end(input) {
            await curfew.sessions.end(input);
            await server.database.close();
          },
        },
      }),
    });
    const [token, cookie] = [await server.signIn(), await server.signIn()];
    const response = await server.call("POST", LOGOUT, {
      token: token.accessToken,
      cookie: cookie.refreshToken,
    });
    expect(outcome(response)).toEqual([204, null]);
  });

  test("during an outage answers 503 and keeps the cookie", async () => {
    const server = await openTestServer();
    const grant = await server.signIn();
    await server.database.close();
    const response = await server.call("POST", LOGOUT, {
      token: grant.accessToken,
      cookie: grant.refreshToken,
    });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await statusAndCode(response)).toEqual([503, "unavailable"]);
  });
});
