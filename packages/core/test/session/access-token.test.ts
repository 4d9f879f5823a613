import { sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { deriveSigningKey } from "../../src/keys.js";
import { createAccessTokens } from "../../src/session/access-token.js";
import { MINUTE, NOW, session, snapshot, user } from "../support/fixtures.js";

const key = deriveSigningKey(Buffer.alloc(32, 1));
const otherKey = deriveSigningKey(Buffer.alloc(32, 2));
const options = { issuer: "https://curfew.example", audience: "https://api.example", lifetimeSeconds: 300 };
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
const part = (token: string, at: number) =>
  JSON.parse(Buffer.from(token.split(".")[at] ?? "", "base64url").toString());
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signedAs = (header: unknown, claims: unknown, signingKey = key) => {
  const head = `${encode(header)}.${encode(claims)}`;
  return `${head}.${sign(null, Buffer.from(head), signingKey.privateKey).toString("base64url")}`;
};
const header = { alg: "EdDSA", typ: "at+jwt", kid: key.id };

describe("an access token", () => {
  test("says what RFC 9068 asks for, and the numbers that revocation is judged by", () => {
    const { token } = issue();
    expect(part(token, 0)).toEqual(header);
    expect(part(token, 1)).toEqual({
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

  test("of another issuer is nobody's, unless that one is accepted, and then for itself alone", () => {
    const other = "http://localhost:4001";
    const theirs = (audience: string) =>
      createAccessTokens([key], { ...options, issuer: other, audience }).issue(input()).token;
    const accepting = createAccessTokens([key], { ...options, acceptsIssuer: (issuer) => issuer === other });
    expect(tokens.open(theirs(other))).toBeNull();
    expect(accepting.open(theirs(other))?.userId).toBe(accepting.open(issue().token)?.userId);
    expect(accepting.open(theirs("https://elsewhere.example"))).toBeNull();
    expect(accepting.open(issue().token)).not.toBeNull();
  });

  test("is read back as the identity that it was issued for", () => {
    expect(tokens.open(issue({ startedAt: NOW - 90_500 }).token)).toEqual({
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

  test("is read back when it has expired too: that is for the caller to see", () => {
    expect(tokens.open(issue({}, NOW - 999_000).token)?.expiresAt).toBe(NOW - 699_000);
  });
});

describe("the life of an access token", () => {
  test("is its lifetime where both deadlines are further off", () => {
    expect(issue().expiresInSeconds).toBe(300);
    expect(issue({}, NOW + 999).expiresInSeconds).toBe(300);
  });

  test("ends with the second before the idle deadline where that is nearer", () => {
    const { token, expiresInSeconds } = issue({ idleExpiresAt: NOW + 90_999 });
    expect(expiresInSeconds).toBe(90);
    expect(part(token, 1).exp).toBe(NOW / 1000 + 90);
  });

  test("ends with the second before the absolute deadline where that is nearer", () => {
    const deadline = NOW + 45_500;
    expect(issue({ idleExpiresAt: deadline + 1, absoluteExpiresAt: deadline }).expiresInSeconds).toBe(45);
  });

  test("is nothing, and never less, where a deadline is upon it", () => {
    expect(issue({ idleExpiresAt: NOW + 999 }).expiresInSeconds).toBe(0);
    expect(issue({ idleExpiresAt: NOW - MINUTE }).expiresInSeconds).toBe(0);
  });
});

describe("a text that is no access token of ours", () => {
  const { token } = issue();
  const [head, payload, signature] = token.split(".") as [string, string, string];
  const claims = part(token, 1);

  test.each([
    ["nothing", ""],
    ["no JWT", "token"],
    ["no header", `.${payload}.${signature}`],
    ["no payload", `${head}..${signature}`],
    ["no signature", `${head}.${payload}.`],
    ["two parts", `${head}.${payload}`],
    ["a part too many", `${token}.${signature}`],
    ["another's signature", signedAs(header, claims, otherKey)],
    ["another payload", `${head}.${encode({ ...claims, role: "member" })}.${signature}`],
    ["alg none", `${encode({ alg: "none", typ: "at+jwt", kid: key.id })}.${payload}.`],
    ["alg none with a signature", signedAs({ alg: "none", typ: "at+jwt", kid: key.id }, claims)],
    ["another type", signedAs({ ...header, typ: "JWT" }, claims)],
    ["an unknown key's name", signedAs({ ...header, kid: otherKey.id }, claims)],
    ["another issuer", signedAs(header, { ...claims, iss: "https://evil.example" })],
    ["another audience", signedAs(header, { ...claims, aud: "https://evil.example" })],
    ["padding on the signature", `${token}==`],
    ["a second spelling of the signature", `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`],
  ])("is refused: %s", (_, text) => {
    expect(tokens.open(text)).toBeNull();
  });

  test("a token of 8,192 characters is read, and a longer one is refused unread", () => {
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

describe("rolling the secret", () => {
  test("the first key signs and every key verifies", () => {
    const rolled = createAccessTokens([otherKey, key], options);
    expect(part(rolled.issue(input()).token, 0).kid).toBe(otherKey.id);
    expect(rolled.open(issue().token)?.userId).toBe("ada");
    expect(tokens.open(rolled.issue(input()).token)).toBeNull();
  });
});
