import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { decodeToken, forgeToken, isSignedBy, publishedKeys } from "../harness/access-token.js";
import { parseSetCookie } from "../harness/cookie-jar.js";
import { EventStream } from "../harness/event-stream.js";
import { expectProblem, expectStatus, UUID_V7 } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";

const service = useService();
const shortTokens = useService({ CURFEW_ACCESS_TOKEN_SECONDS: "1" });
const shortLimits = useService({
  CURFEW_IDLE_MINUTES_MIN: "1",
  CURFEW_ABSOLUTE_MINUTES_MIN: "1",
  CURFEW_DEFAULT_IDLE_MINUTES: "2",
  CURFEW_DEFAULT_ABSOLUTE_MINUTES: "3",
});
const httpsService = useService({ CURFEW_PUBLIC_URL: "https://app.example.com" });

describe("access token: a JWT (RFC 9068)", () => {
  test("the header has typ at+jwt, alg EdDSA and the key ID", async () => {
    const { header } = decodeToken((await newOwner(service())).signedIn.access_token);
    expect(header).toMatchObject({ typ: "at+jwt", alg: "EdDSA", kid: expect.any(String) });
  });

  test("the claims identify the issuer, user, session, account and role, and have the times", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { signedIn } = await newOwner(service());
    const { claims } = decodeToken(signedIn.access_token);
    expect(claims).toMatchObject({
      iss: service().url,
      aud: service().url,
      sub: signedIn.user.id,
      sid: signedIn.session.id,
      account_id: signedIn.user.account.id,
      role: "owner",
      jti: expect.any(String),
    });
    const startedAt = Math.floor(Date.parse(signedIn.session.started_at) / 1000);
    expect(claims["auth_time"]).toBe(startedAt);
    expect(claims["iat"]).toBeGreaterThanOrEqual(before);
    expect(claims["iat"]).toBeLessThanOrEqual(Date.now() / 1000);
    expect(claims["exp"]).toBe(Number(claims["iat"]) + 300);
    expect(signedIn).toMatchObject({ token_type: "Bearer", expires_in: 300 });
  });

  test("it has three numbers for the revocation feed, and no other claims", async () => {
    const { claims } = decodeToken((await newOwner(service())).signedIn.access_token);
    const named = [
      "iss",
      "aud",
      "sub",
      "exp",
      "iat",
      "jti",
      "sid",
      "account_id",
      "role",
      "auth_time",
      "client_id",
    ];
    const others = Object.entries(claims).filter(([name]) => !named.includes(name));
    // RFC 9068 §2.2 asks for a client_id too.
    expect(claims["client_id"]).toEqual(expect.any(String));
    expect(others).toHaveLength(3);
    for (const [, value] of others) expect(Number.isSafeInteger(value)).toBe(true);
  });

  test("a member's token has the role member, and each token has its own jti", async () => {
    const member = await newMember(await newOwner(service()));
    const first = decodeToken(member.signedIn.access_token).claims;
    expectStatus(await member.refresh(), 200);
    const second = decodeToken(member.signedIn.access_token).claims;
    expect(first["role"]).toBe("member");
    expect(second["jti"]).not.toBe(first["jti"]);
    expect(second["auth_time"]).toBe(first["auth_time"]);
  });

  test("the keys at /.well-known/jwks.json verify it offline, and have public parts only", async () => {
    const keys = await publishedKeys(service());
    const token = (await newOwner(service())).signedIn.access_token;
    expect(isSignedBy(keys, token)).toBe(true);
    expect(isSignedBy(await publishedKeys(shortTokens()), token)).toBe(false);
    for (const key of keys) {
      expect(key).toMatchObject({
        kty: "OKP",
        crv: "Ed25519",
        x: expect.any(String),
        kid: expect.any(String),
      });
      expect(Object.keys(key)).not.toContain("d");
    }
  });

  test("it expires no later than the session's idle deadline", async () => {
    const { signedIn } = await newOwner(shortLimits());
    const { claims } = decodeToken(signedIn.access_token);
    expect(signedIn.session).toMatchObject({ idle_minutes: 2, absolute_minutes: 3 });
    expect(Number(claims["exp"]) * 1000).toBeLessThanOrEqual(Date.parse(signedIn.session.idle_expires_at));
    expect(Number(claims["exp"]) * 1000).toBeGreaterThan(
      Date.parse(signedIn.session.idle_expires_at) - 1_000,
    );
    expect(signedIn.expires_in).toBeLessThanOrEqual(120);
    expect(signedIn.expires_in).toBeGreaterThanOrEqual(118);
  });

  test("it expires no later than the session's absolute deadline", async () => {
    const owner = await newOwner(shortLimits());
    expectStatus(
      await owner.patch("/api/accounts/me/security", { idle_minutes: 1, absolute_minutes: 1 }),
      200,
    );
    const { signedIn } = await newDevice(owner);
    const { claims } = decodeToken(signedIn.access_token);
    expect(Number(claims["exp"]) * 1000).toBeLessThanOrEqual(
      Date.parse(signedIn.session.absolute_expires_at),
    );
    expect(signedIn.expires_in).toBeLessThanOrEqual(60);
  });

  test("after its exp it gets token_expired, even if revoked, and a refresh returns a valid one", async () => {
    const owner = await newOwner(shortTokens());
    expect(owner.signedIn.expires_in).toBe(1);
    const response = await until("the token to expire", async () => {
      const tried = await owner.get("/api/auth/session");
      return tried.status === 401 && tried;
    });
    expectProblem(response, 401, "token_expired");
    expect(response.headers["www-authenticate"]).toMatch(/^Bearer .*error="invalid_token"/);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);
    const lastToken = owner.signedIn.access_token;
    expectStatus(await owner.post("/api/accounts/me/security/revoke-sessions"), 200);
    await until("the token to expire", async () => {
      const tried = await owner.get("/api/auth/session", { bearer: lastToken });
      return tried.text.includes("token_expired");
    });
  });

  test("an event stream outlives its access token, and closes when the session ends", async () => {
    const owner = await newOwner(shortTokens());
    const stream = await EventStream.open(owner);
    const first = owner.signedIn.access_token;
    await until("the token to expire", async () => {
      const response = await owner.get("/api/auth/session", { bearer: first });
      return response.status === 401;
    });
    expect(stream.closed).toBe(false);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.delete(`/api/users/me/sessions/${owner.sessionId}`), 204);
    await stream.next("session.ended");
    await stream.untilClosed();
  });
});

describe("401 unauthenticated: no token, or one that this server did not issue", () => {
  const expectUnauthenticated = async (bearer: string): Promise<void> => {
    const owner = await newOwner(service());
    expectProblem(await owner.get("/api/auth/session", { bearer }), 401, "unauthenticated");
  };

  test("a token with alg none and the claims of a genuine one", async () => {
    const { header, claims } = decodeToken((await newOwner(service())).signedIn.access_token);
    await expectUnauthenticated(forgeToken({ ...header, alg: "none" }, claims));
    await expectUnauthenticated(forgeToken({ ...header, alg: "None" }, claims, "AA"));
  });

  test("a token signed with HS256 and the public key as the secret", async () => {
    const [key] = await publishedKeys(service());
    const { header, claims } = decodeToken((await newOwner(service())).signedIn.access_token);
    const unsigned = forgeToken({ ...header, alg: "HS256" }, claims).slice(0, -1);
    for (const secret of [String(key?.x), Buffer.from(String(key?.x), "base64url")])
      await expectUnauthenticated(
        `${unsigned}.${createHmac("sha256", secret).update(unsigned).digest("base64url")}`,
      );
  });

  test("a genuine signature with changed claims or header", async () => {
    const owner = await newOwner(service());
    const { header, claims } = decodeToken(owner.signedIn.access_token);
    const signature = owner.signedIn.access_token.split(".")[2];
    await expectUnauthenticated(
      forgeToken(header, { ...claims, role: "owner", exp: Number(claims["exp"]) + 1 }, signature),
    );
    await expectUnauthenticated(forgeToken({ ...header, typ: "JWT" }, claims, signature));
    await expectUnauthenticated(forgeToken({ ...header, kid: "another" }, claims, signature));
  });

  test("malformed and truncated tokens", async () => {
    const owner = await newOwner(service());
    const token = owner.signedIn.access_token;
    const refreshToken = owner.refreshToken;
    const flipped = token.slice(0, -2) + (token.endsWith("AA") ? "BB" : "AA");
    for (const bearer of [
      "",
      ".",
      "..",
      "a.b.c",
      "null",
      refreshToken,
      flipped,
      `${token}.x`,
      `${token}=`,
      token.slice(0, -4),
    ])
      expectProblem(await owner.get("/api/auth/session", { bearer }), 401, "unauthenticated");
  });

  test("a token of another server", async () => {
    await expectUnauthenticated((await newOwner(shortTokens())).signedIn.access_token);
  });

  test("another scheme, or the token anywhere but in Authorization", async () => {
    const owner = await newOwner(service());
    const token = owner.signedIn.access_token;
    const attempts = [
      { authorization: `Basic ${Buffer.from("a:b").toString("base64")}` },
      { authorization: token },
      { authorization: `Token ${token}` },
      { "x-access-token": token },
    ];
    for (const headers of attempts)
      expectProblem(await owner.get("/api/auth/session", { bearer: null, headers }), 401, "unauthenticated");
    const inQuery = await owner.get(`/api/auth/session?access_token=${token}`, { bearer: null });
    expect(inQuery.status).toBe(401);
  });

  test("the scheme is case-insensitive (RFC 9110 §11.1)", async () => {
    const owner = await newOwner(service());
    const authorization = `bearer ${owner.signedIn.access_token}`;
    expectStatus(await owner.get("/api/auth/session", { bearer: null, headers: { authorization } }), 200);
  });
});

describe("refresh token: in the cookie, or in the body with transport body", () => {
  test("on http://localhost the cookie is curfew_refresh with the port: HttpOnly, SameSite=Strict, Path=/, valid until the absolute deadline, without Secure", async () => {
    const owner = await newOwner(service());
    const response = await owner.login({}, { cookies: false });
    expect(response.setCookies).toHaveLength(1);
    const cookie = parseSetCookie(response.setCookies[0] ?? "");
    expect(cookie.name).toBe(`curfew_refresh_${service().port}`);
    expect(cookie.attributes).toEqual({
      "max-age": expect.stringMatching(/^(86400|86399)$/),
      path: "/",
      httponly: true,
      samesite: "Strict",
    });
    expect(response.text).not.toContain(cookie.value);
    expect(response.text).not.toContain("refresh_token");
  });

  test("on https the cookie is __Host-curfew_refresh, with Secure", async () => {
    const owner = await newOwner(httpsService());
    const response = await owner.refresh();
    const cookie = parseSetCookie(response.setCookies[0] ?? "");
    expect(cookie.name).toBe("__Host-curfew_refresh");
    expect(cookie.attributes).toEqual({
      "max-age": expect.stringMatching(/^(86400|8639\d)$/),
      path: "/",
      httponly: true,
      secure: true,
      samesite: "Strict",
    });
    const out = parseSetCookie((await owner.post("/api/auth/logout")).setCookies[0] ?? "");
    expect(out).toMatchObject({
      name: "__Host-curfew_refresh",
      value: "",
      attributes: { "max-age": "0", path: "/", secure: true, httponly: true, samesite: "Strict" },
    });
  });

  test("on https every response has Strict-Transport-Security", async () => {
    const owner = await newOwner(httpsService());
    for (const path of ["/api/config", "/healthz", "/api/nothing", "/docs"])
      expect((await owner.get(path)).headers["strict-transport-security"]).toMatch(/^max-age=\d{7,}/);
  });

  test("on https a cookie without the __Host- prefix is ignored", async () => {
    const owner = await newOwner(httpsService());
    const headers = { cookie: `curfew_refresh=${owner.refreshToken}` };
    expectProblem(await owner.refresh({}, { cookies: false, headers }), 401, "unauthenticated");
  });

  test("the cookie's Max-Age ends at the absolute deadline, which a refresh does not move", async () => {
    const owner = await newOwner(shortLimits());
    const response = await owner.refresh();
    const remainingSeconds = Math.ceil(owner.signedIn.session.absolute_expires_in_ms / 1000);
    const cookie = parseSetCookie(response.setCookies[0] ?? "");
    expect(Number(cookie.attributes["max-age"])).toBeLessThanOrEqual(remainingSeconds);
    expect(Number(cookie.attributes["max-age"])).toBeGreaterThanOrEqual(remainingSeconds - 1);
  });

  test("transport body returns it in the body and sets no cookie, at sign-in and at refresh", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const signIn = await owner.login();
    expect(signIn.setCookies).toEqual([]);
    expect(owner.refreshToken).toMatch(/^cft1(\.[\w-]+){5}$/);
    const refreshed = await owner.refresh();
    expectStatus(refreshed, 200);
    expect(refreshed.setCookies).toEqual([]);
    expect(owner.refreshToken).toMatch(/^cft1(\.[\w-]+){5}$/);
  });

  test("a transport other than cookie or body is invalid_value", async () => {
    const owner = await newOwner(service());
    const { errors } = expectProblem(await owner.login({ transport: "header" }), 422, "validation_failed");
    expect(errors).toEqual([expect.objectContaining({ field: "transport", code: "invalid_value" })]);
  });

  test("a token changed in any part is unauthenticated, and its session stays live", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    const token = owner.refreshToken;
    const parts = token.split(".");
    const changed = parts.map((part, position) => {
      const other = part.startsWith("A") ? `B${part.slice(1)}` : `A${part.slice(1)}`;
      return parts.map((part, index) => (index === position ? other : part)).join(".");
    });
    for (const refresh_token of [
      ...changed,
      token.slice(0, -1),
      `${token}A`,
      `${token}.A`,
      parts.slice(1).join("."),
      "",
    ])
      expectProblem(await owner.post("/api/auth/refresh", { refresh_token }), 401, "unauthenticated");
    expectStatus(await owner.refresh(), 200);
  });

  test("an access token is not accepted as a refresh token", async () => {
    const owner = await newOwner(service());
    const refresh_token = owner.signedIn.access_token;
    expectProblem(await owner.post("/api/auth/refresh", { refresh_token }), 401, "unauthenticated");
  });

  test("it has six parts, and the session's id is a UUIDv7", async () => {
    const owner = await newOwner(service());
    expect(owner.sessionId).toMatch(UUID_V7);
    expect(owner.refreshToken.split(".")).toHaveLength(6);
    expect(owner.refreshToken.startsWith("cft1.")).toBe(true);
  });
});
