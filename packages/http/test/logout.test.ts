import { isCurfewError } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { createKey } from "./world/proofs.js";
import { faults, refusal } from "./world/reading.js";
import { openWorld, type TestWorld } from "./world/world.js";

const LOGOUT = "/api/auth/logout";
const CLEARED = "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict";

/** What became of a session: `live`, or why it ended. */
async function fate(world: TestWorld, { session }: { session: { accountId: string; id: string } }) {
  try {
    await world.curfew.sessions.get(session.accountId, session.id);
    return "live";
  } catch (error) {
    if (isCurfewError(error, "session_revoked") || isCurfewError(error, "session_expired"))
      return error.details.reason;
    throw error;
  }
}

const outcome = (response: Response) => [response.status, response.headers.get("set-cookie")];

describe("logout", () => {
  test("answers 204 and clears the cookie, also where nothing was presented", async () => {
    const world = await openWorld();
    const response = await world.call("POST", LOGOUT);
    expect(outcome(response)).toEqual([204, CLEARED]);
    expect(await response.text()).toBe("");
  });

  test.each([
    ["a token that is none", { token: "nonsense" }],
    ["a cookie that is none", { cookie: "nonsense" }],
    ["a refresh token that is none", { json: { refresh_token: "nonsense" } }],
  ])("answers 204 for %s", async (_, call) => {
    const world = await openWorld();
    expect(outcome(await world.call("POST", LOGOUT, call))).toEqual([204, CLEARED]);
  });

  test("ends the session of the access token", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    const response = await world.call("POST", LOGOUT, {
      token: grant.accessToken,
      cookie: grant.refreshToken,
    });
    expect(outcome(response)).toEqual([204, CLEARED]);
    expect(await fate(world, grant)).toBe("signed_out");
  });

  test("ends the session of the refresh token in the body, else of the cookie", async () => {
    const world = await openWorld();
    const [body, cookie] = [await world.signIn(), await world.signIn()];
    await world.call("POST", LOGOUT, { json: { refresh_token: body.refreshToken } });
    await world.call("POST", LOGOUT, { cookie: cookie.refreshToken });
    expect([await fate(world, body), await fate(world, cookie)]).toEqual(["signed_out", "signed_out"]);
  });

  test("ends only the first that was named: token, body, cookie", async () => {
    const world = await openWorld();
    const [token, body, cookie] = [await world.signIn(), await world.signIn(), await world.signIn()];
    const response = await world.call("POST", LOGOUT, {
      token: token.accessToken,
      cookie: cookie.refreshToken,
      json: { refresh_token: body.refreshToken },
    });
    expect(await Promise.all([token, body, cookie].map((grant) => fate(world, grant)))).toEqual([
      "signed_out",
      "live",
      "live",
    ]);
    expect(outcome(response)).toEqual([204, null]);
  });

  test("clears a cookie of another session that is over", async () => {
    const world = await openWorld();
    const [token, cookie] = [await world.signIn(), await world.signIn()];
    await world.curfew.sessions.signOut(cookie.refreshToken);
    const response = await world.call("POST", LOGOUT, {
      token: token.accessToken,
      cookie: cookie.refreshToken,
    });
    expect(outcome(response)).toEqual([204, CLEARED]);
  });

  test("with the token of a session that was ended leaves a newer one and its cookie alone", async () => {
    const world = await openWorld();
    const [old, newer] = [await world.signIn(), await world.signIn()];
    await world.curfew.sessions.signOut(old.refreshToken);
    const response = await world.call("POST", LOGOUT, { token: old.accessToken, cookie: newer.refreshToken });
    expect(outcome(response)).toEqual([204, null]);
    expect(await fate(world, newer)).toBe("live");
  });

  test("with the token and the cookie of a session that was ended clears the cookie", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.curfew.sessions.signOut(grant.refreshToken);
    const response = await world.call("POST", LOGOUT, {
      token: grant.accessToken,
      cookie: grant.refreshToken,
    });
    expect(outcome(response)).toEqual([204, CLEARED]);
  });

  test("with an access token past its time goes by the cookie", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.clock.advance(300_000);
    await world.call("POST", LOGOUT, { token: grant.accessToken, cookie: grant.refreshToken });
    expect(await fate(world, grant)).toBe("signed_out");
  });

  test("ends a bound session with its proof alone, and clears the cookie all the same", async () => {
    const world = await openWorld();
    const key = await createKey();
    const grant = await world.signIn({ keyThumbprint: key.thumbprint });
    const out = async (headers: Record<string, string>) =>
      outcome(await world.call("POST", LOGOUT, { cookie: grant.refreshToken, headers }));
    expect(await out({})).toEqual([204, CLEARED]);
    expect(await out({ DPoP: "nonsense" })).toEqual([204, CLEARED]);
    expect(await fate(world, grant)).toBe("live");
    const htu = "https://app.example/api/auth/logout";
    expect(await out({ DPoP: await key.prove(world.clock.now(), { htu }) })).toEqual([204, CLEARED]);
    expect(await fate(world, grant)).toBe("signed_out");
  });

  test("leaves the cookie of a live session alone where a bound one in the body had no proof", async () => {
    const world = await openWorld();
    const key = await createKey();
    const [bound, cookie] = [await world.signIn({ keyThumbprint: key.thumbprint }), await world.signIn()];
    const response = await world.call("POST", LOGOUT, {
      cookie: cookie.refreshToken,
      json: { refresh_token: bound.refreshToken },
    });
    expect(outcome(response)).toEqual([204, null]);
    expect([await fate(world, bound), await fate(world, cookie)]).toEqual(["live", "live"]);
  });

  test("still tells of fields that it does not know", async () => {
    const world = await openWorld();
    const response = await world.call("POST", LOGOUT, { json: { everywhere: true, refresh_token: 5 } });
    expect(await faults(response)).toEqual(["everywhere: unknown_field", "refresh_token: wrong_type"]);
  });

  test("in an outage is a 503 that leaves the cookie alone", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.database.close();
    const response = await world.call("POST", LOGOUT, {
      token: grant.accessToken,
      cookie: grant.refreshToken,
    });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await refusal(response)).toEqual([503, "unavailable"]);
  });
});
