import { sign } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { deriveSigningKey } from "../../src/keys.js";
import {
  type AccessTokenOptions,
  cacheOpenedTokens,
  createAccessTokens,
  type Identity,
} from "../../src/session/access-token.js";
import { MINUTE, NOW, session, snapshot, user } from "../fixtures.js";

const key = deriveSigningKey(Buffer.alloc(32, 1));
const otherKey = deriveSigningKey(Buffer.alloc(32, 2));
const options: AccessTokenOptions = {
  issuer: "https://curfew.example",
  audience: "https://api.example",
  acceptsIssuer: () => false,
  lifetimeSeconds: 300,
};
const tokens = createAccessTokens([key], options);
const { account } = snapshot();

const input = (changes: Parameters<typeof session>[0] = {}, now = NOW) => ({
  session: session(changes),
  user: user(),
  account,
  now,
  id: "token-1",
});
const issue = (changes?: Parameters<typeof session>[0], now?: number) => tokens.issue(input(changes, now));
const decodePart = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signedAs = (header: unknown, claims: unknown, signingKey = key) => {
  const head = `${encode(header)}.${encode(claims)}`;
  return `${head}.${sign(null, Buffer.from(head), signingKey.privateKey).toString("base64url")}`;
};
const header = { alg: "EdDSA", typ: "at+jwt", kid: key.id };

describe("an access token", () => {
  test("has the claims of RFC 9068 and the numbers for revocation", () => {
    const { token } = issue();
    expect(decodePart(token, 0)).toEqual(header);
    expect(decodePart(token, 1)).toEqual({
      iss: "https://curfew.example",
      aud: "https://api.example",
      sub: "ada",
      client_id: "curfew",
      exp: NOW / 1000 + 300,
      iat: NOW / 1000,
      jti: "token-1",
      sid: "s1",
      account_id: "acme",
      role: "owner",
      auth_time: NOW / 1000,
      account_epoch: 7,
      user_epoch: 3,
      policy_version: 5,
    });
  });

  test("of another issuer is rejected unless that issuer is accepted and is the audience", () => {
    const otherIssuer = "http://localhost:4001";
    const issuedByOther = (audience: string) =>
      createAccessTokens([key], { ...options, issuer: otherIssuer, audience }).issue(input()).token;
    const accepting = createAccessTokens([key], {
      ...options,
      acceptsIssuer: (issuer) => issuer === otherIssuer,
    });
    expect(tokens.open(issuedByOther(otherIssuer))).toBeNull();
    expect(accepting.open(issuedByOther(otherIssuer))?.userId).toBe(accepting.open(issue().token)?.userId);
    expect(accepting.open(issuedByOther("https://elsewhere.example"))).toBeNull();
    expect(accepting.open(issue().token)).not.toBeNull();
  });

  test("opens as the identity that it was issued for", () => {
    expect(tokens.open(issue({ startedAt: NOW - 120_000, authenticatedAt: NOW - 90_500 }).token)).toEqual({
      accountId: "acme",
      userId: "ada",
      sessionId: "s1",
      role: "owner",
      authenticatedAt: NOW - 91_000,
      issuedAt: NOW,
      expiresAt: NOW + 300_000,
      accountEpoch: 7,
      userEpoch: 3,
      policyVersion: 5,
    });
  });

  test("opens after its expiry, which the caller checks", () => {
    expect(tokens.open(issue({}, NOW - 999_000).token)?.expiresAt).toBe(NOW - 699_000);
  });
});

describe("the lifetime of an access token", () => {
  test("is the configured lifetime if both deadlines are later", () => {
    expect(issue().expiresInSeconds).toBe(300);
    expect(issue({}, NOW + 999).expiresInSeconds).toBe(300);
  });

  test("is cut to the whole second before a nearer idle deadline", () => {
    const { token, expiresInSeconds } = issue({ idleExpiresAt: NOW + 90_999 });
    expect(expiresInSeconds).toBe(90);
    expect(decodePart(token, 1).exp).toBe(NOW / 1000 + 90);
  });

  test("is cut to the whole second before a nearer absolute deadline", () => {
    const deadline = NOW + 45_500;
    expect(issue({ idleExpiresAt: deadline + 1, absoluteExpiresAt: deadline }).expiresInSeconds).toBe(45);
  });

  test("is 0 at a deadline, and never negative", () => {
    expect(issue({ idleExpiresAt: NOW + 999 }).expiresInSeconds).toBe(0);
    expect(issue({ idleExpiresAt: NOW - MINUTE }).expiresInSeconds).toBe(0);
  });
});

describe("an invalid access token", () => {
  const { token } = issue();
  const [head, payload, signature] = token.split(".") as [string, string, string];
  const claims = decodePart(token, 1);

  test.each([
    ["an empty text", ""],
    ["not a JWT", "token"],
    ["no header", `.${payload}.${signature}`],
    ["no payload", `${head}..${signature}`],
    ["no signature", `${head}.${payload}.`],
    ["two parts", `${head}.${payload}`],
    ["four parts", `${token}.${signature}`],
    ["a signature by another key", signedAs(header, claims, otherKey)],
    ["another payload", `${head}.${encode({ ...claims, role: "member" })}.${signature}`],
    ["alg none", `${encode({ alg: "none", typ: "at+jwt", kid: key.id })}.${payload}.`],
    ["alg none with a signature", signedAs({ alg: "none", typ: "at+jwt", kid: key.id }, claims)],
    ["another type", signedAs({ ...header, typ: "JWT" }, claims)],
    ["an unknown key id", signedAs({ ...header, kid: otherKey.id }, claims)],
    ["another issuer", signedAs(header, { ...claims, iss: "https://evil.example" })],
    ["another audience", signedAs(header, { ...claims, aud: "https://evil.example" })],
    ["padding on the signature", `${token}==`],
    ["another encoding of the signature bytes", `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`],
  ])("is rejected: %s", (_, text) => {
    expect(tokens.open(text)).toBeNull();
  });

  test("is one longer than 8,192 characters", () => {
    const padded = (length: number): string => {
      for (let pad = Math.floor((length * 3) / 4) - 600; ; pad++) {
        const candidate = signedAs(header, { ...claims, pad: "x".repeat(pad) });
        if (candidate.length >= length) return candidate;
      }
    };
    const longest = padded(8192);
    expect(longest).toHaveLength(8192);
    expect(tokens.open(longest)?.userId).toBe("ada");
    expect(tokens.open(padded(8193))).toBeNull();
  });
});

describe("secret rotation", () => {
  test("the first key signs and every key verifies", () => {
    const rolled = createAccessTokens([otherKey, key], options);
    expect(decodePart(rolled.issue(input()).token, 0).kid).toBe(otherKey.id);
    expect(rolled.open(issue().token)?.userId).toBe("ada");
    expect(tokens.open(rolled.issue(input()).token)).toBeNull();
  });
});

describe("cacheOpenedTokens", () => {
  const identity = (userId: string): Identity => ({ userId }) as Identity;

  test("opens a token once", () => {
    const open = vi.fn((token: string) => identity(token));
    const cached = cacheOpenedTokens(open);
    expect(cached("a")?.userId).toBe("a");
    expect(cached("a")?.userId).toBe("a");
    expect(open).toHaveBeenCalledTimes(1);
  });

  test("distinguishes tokens", () => {
    const cached = cacheOpenedTokens((token) => identity(token));
    expect(cached("a")).toEqual({ userId: "a" });
    expect(cached("b")).toEqual({ userId: "b" });
    expect(cached("a")).toEqual({ userId: "a" });
  });

  test("opens a rejected token again each time", () => {
    const open = vi.fn(() => null);
    const cached = cacheOpenedTokens(open);
    expect(cached("bad")).toBeNull();
    expect(cached("bad")).toBeNull();
    expect(open).toHaveBeenCalledTimes(2);
  });

  test("evicts one token at a time beyond its capacity, oldest first", () => {
    const open = vi.fn((token: string) => identity(token));
    const cached = cacheOpenedTokens(open, 2);
    for (const token of ["a", "b", "c"]) cached(token);
    open.mockClear();
    cached("b");
    cached("c");
    expect(open).not.toHaveBeenCalled();
    cached("a");
    expect(open).toHaveBeenCalledTimes(1);
  });

  test("is bounded by the length of its tokens together, however long each is", () => {
    const open = vi.fn((token: string) => identity(token));
    const cached = cacheOpenedTokens(open, 10);
    for (const token of ["aaaa", "bbbb", "c", "dddddddddd"]) cached(token);
    open.mockClear();
    cached("dddddddddd");
    expect(open).not.toHaveBeenCalled();
    for (const token of ["aaaa", "bbbb", "c"]) cached(token);
    expect(open).toHaveBeenCalledTimes(3);
  });

  test("hands out identities that a host can't change for later calls", () => {
    const cached = cacheOpenedTokens((token) => identity(token));
    for (let calls = 0; calls < 2; calls += 1)
      expect(() => Object.assign(cached("a") as object, { role: "owner" })).toThrow(TypeError);
    expect(cached("a")).toEqual({ userId: "a" });
  });
});
