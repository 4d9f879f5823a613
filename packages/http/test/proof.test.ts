import { beforeAll, describe, expect, test } from "vitest";
import { checkProof, createNonces, createSeenProofs } from "../src/dpop.js";
import { createKey, type ProofOptions } from "./world/proofs.js";
import { openWorld } from "./world/world.js";

const NOW = Date.UTC(2026, 0, 5, 9);
const SECRET = new Uint8Array(32).fill(1);
const invalid = { fault: "invalid_proof" };

const expectation = () => ({
  method: "POST",
  path: "/api/auth/refresh",
  origins: new Set(["https://app.example", "http://localhost:4000"]),
  now: NOW,
  nonces: createNonces([SECRET]),
  seen: createSeenProofs(),
});

let key: Awaited<ReturnType<typeof createKey>>;
beforeAll(async () => {
  key = await createKey();
});

describe("a proof", () => {
  test.each(["ES256", "EdDSA"])("signed with %s answers the thumbprint of its key", async (alg) => {
    const own = await createKey(alg);
    expect(await checkProof(await own.prove(NOW), expectation())).toEqual({ thumbprint: own.thumbprint });
  });

  test.each(["ES384", "RS256", "PS256", "ES512"])("signed with %s is refused", async (alg) => {
    const own = await createKey(alg);
    expect(await checkProof(await own.prove(NOW), expectation())).toEqual(invalid);
  });

  test.each<[string, ProofOptions]>([
    ["another method", { htm: "GET" }],
    ["a method in lower case", { htm: "post" }],
    ["another path", { htu: "https://app.example/api/auth/login" }],
    ["a path that goes on", { htu: "https://app.example/api/auth/refresh/" }],
    ["another host", { htu: "https://evil.example/api/auth/refresh" }],
    ["another port", { htu: "https://app.example:8443/api/auth/refresh" }],
    ["another scheme", { htu: "http://app.example/api/auth/refresh" }],
    ["a user in its URL", { htu: "https://me@app.example/api/auth/refresh" }],
    ["a URL that is none", { htu: "/api/auth/refresh" }],
    ["a URL that is no text", { htu: 5 }],
    ["no htu", { without: ["htu"] }],
    ["no htm", { without: ["htm"] }],
    ["no jti", { without: ["jti"] }],
    ["an empty jti", { jti: "" }],
    ["a jti that is no text", { jti: 5 }],
    ["an endless jti", { jti: "x".repeat(257) }],
    ["no iat", { without: ["iat"] }],
    ["an iat that is no number", { iat: "now" }],
    ["another type", { header: { typ: "JWT" } }],
    ["no type", { header: { typ: undefined } }],
    ["no key", { header: { jwk: undefined } }],
    ["a key that is text", { header: { jwk: "key" } }],
    ["a critical header that nobody knows", { header: { crit: ["x"], x: 1 } }],
  ])("with %s is refused", async (_, claims) => {
    // Some are no JWT that the library would sign.
    const proof = await key.prove(NOW, claims).catch(() => "refused.at.signing");
    expect(await checkProof(proof, expectation())).toEqual(invalid);
  });

  test("that gives its private key away is refused", async () => {
    const proof = await key.prove(NOW, { header: { jwk: key.privateJwk } });
    expect(await checkProof(proof, expectation())).toEqual(invalid);
  });

  test("that another key signed is refused", async () => {
    const other = await createKey();
    const proof = await key.prove(NOW, { header: { jwk: other.jwk } });
    expect(await checkProof(proof, expectation())).toEqual(invalid);
  });

  test("without a signature is refused", async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { htm: "POST", htu: "https://app.example/api/auth/refresh", jti: "1", iat: NOW / 1000 };
    for (const end of ["", ".", ".AAAA"]) {
      const proof = `${part({ typ: "dpop+jwt", alg: "none", jwk: key.jwk })}.${part(claims)}${end}`;
      expect(await checkProof(proof, expectation())).toEqual(invalid);
    }
  });

  test("that is no proof at all is refused", async () => {
    const proof = await key.prove(NOW);
    const tampered = proof.replace(/\.(.)/, (_, first: string) => `.${first === "e" ? "f" : "e"}`);
    for (const text of ["", "x", "a.b.c", `${proof},${proof}`, `${proof}, ${proof}`, tampered, ` ${proof}`])
      expect(await checkProof(text, expectation())).toEqual(invalid);
    const endless = await key.prove(NOW, { header: { pad: "x".repeat(4_096) } });
    expect(await checkProof(endless, expectation())).toEqual(invalid);
  });

  test.each([
    "https://app.example/api/auth/refresh?x=1#y",
    "HTTPS://APP.example:443/api/auth/refresh",
    "https://app.example/api/./auth/x/../refresh",
    "http://localhost:4000/api/auth/refresh",
  ])("may name us as %s", async (htu) => {
    expect(await checkProof(await key.prove(NOW, { htu }), expectation())).toEqual({
      thumbprint: key.thumbprint,
    });
  });

  test.each([
    [-61, { fault: "use_dpop_nonce" }],
    [-60, "passes"],
    [60, "passes"],
    [61, { fault: "use_dpop_nonce" }],
    [-31_536_000, { fault: "use_dpop_nonce" }],
  ])("made %d s off %j", async (offset, expected) => {
    const proof = await key.prove(NOW, { iat: NOW / 1000 + offset });
    const answer = await checkProof(proof, expectation());
    expect(answer).toEqual(expected === "passes" ? { thumbprint: key.thumbprint } : expected);
  });

  test("with a nonce of ours may have any iat, and one that is none of ours counts for nothing", async () => {
    const expected = expectation();
    const nonce = expected.nonces.make(NOW - 299_999);
    const iat = 0;
    const passes = { thumbprint: key.thumbprint };
    expect(await checkProof(await key.prove(NOW, { iat, nonce }), expected)).toEqual(passes);
    const late = { ...expected, now: NOW + 1 };
    const asked = { fault: "use_dpop_nonce" };
    expect(await checkProof(await key.prove(NOW, { iat, nonce }), late)).toEqual(asked);
    for (const other of ["", "x", 5, createNonces([new Uint8Array(32)]).make(NOW)])
      expect(await checkProof(await key.prove(NOW, { iat, nonce: other }), expected)).toEqual(asked);
    expect(await checkProof(await key.prove(NOW, { nonce: "x" }), expected)).toEqual(passes);
  });

  test("works once, and another client's of the same jti too", async () => {
    const expected = expectation();
    const other = await createKey();
    const proof = await key.prove(NOW, { jti: "same" });
    expect(await checkProof(proof, expected)).toEqual({ thumbprint: key.thumbprint });
    expect(await checkProof(proof, expected)).toEqual(invalid);
    expect(await checkProof(await key.prove(NOW, { jti: "same" }), expected)).toEqual(invalid);
    expect(await checkProof(await other.prove(NOW, { jti: "same" }), expected)).toEqual({
      thumbprint: other.thumbprint,
    });
  });

  test("that is refused does not use its jti up", async () => {
    const expected = expectation();
    await checkProof(await key.prove(NOW, { jti: "kept", iat: 0 }), expected);
    await checkProof(await key.prove(NOW, { jti: "kept", htm: "GET" }), expected);
    expect(await checkProof(await key.prove(NOW, { jti: "kept" }), expected)).toEqual({
      thumbprint: key.thumbprint,
    });
  });

  test("with a nonce stays used for as long as the nonce holds", async () => {
    const expected = expectation();
    const nonce = expected.nonces.make(NOW);
    const proof = await key.prove(NOW, { nonce });
    await checkProof(proof, expected);
    for (const later of [60_001, 150_000, 299_999])
      expect(await checkProof(proof, { ...expected, now: NOW + later })).toEqual(invalid);
  });
});

describe("a nonce", () => {
  test.each([
    [-5_001, false],
    [-5_000, true],
    [0, true],
    [299_999, true],
    [300_000, false],
  ])("%d ms old holds: %j", (ageMs, holds) => {
    const nonces = createNonces([SECRET]);
    expect(nonces.isValid(nonces.make(NOW), NOW + ageMs)).toBe(holds);
  });

  test("of any of the secrets holds, so that secrets can roll", () => {
    const [old, fresh] = [SECRET, new Uint8Array(32).fill(2)];
    const nonce = createNonces([old]).make(NOW);
    expect(createNonces([fresh, old]).isValid(nonce, NOW)).toBe(true);
    expect(createNonces([fresh]).isValid(nonce, NOW)).toBe(false);
  });

  test("that differs in one character does not hold", () => {
    const nonces = createNonces([SECRET]);
    const nonce = nonces.make(NOW);
    for (let index = 0; index < nonce.length; index++) {
      const other = nonce[index] === "A" ? "B" : "A";
      expect(nonces.isValid(nonce.slice(0, index) + other + nonce.slice(index + 1), NOW)).toBe(false);
    }
  });

  test("needs a secret", () => {
    expect(() => createNonces([])).toThrow("at least one");
  });
});

describe("what is remembered of proofs", () => {
  test("is forgotten once it can't pass again", () => {
    const seen = createSeenProofs();
    expect(seen.add("k", "1", NOW)).toBe(true);
    expect(seen.add("k", "1", NOW + 599_999)).toBe(false);
    expect(seen.add("k", "1", NOW + 600_000)).toBe(true);
  });

  test("is bounded: the oldest goes first", () => {
    const seen = createSeenProofs(2);
    for (const jti of ["1", "2", "3"]) expect(seen.add("k", jti, NOW)).toBe(true);
    expect(seen.add("k", "3", NOW)).toBe(false);
    expect(seen.add("k", "2", NOW)).toBe(false);
    expect(seen.add("k", "1", NOW)).toBe(true);
  });
});

test("two DPoP headers are no proof, whichever of them is good", async () => {
  const world = await openWorld();
  const grant = await world.signIn({ keyThumbprint: key.thumbprint });
  const headers = new Headers({ Cookie: `${world.http.cookieName}=${grant.refreshToken}` });
  headers.append("DPoP", await key.prove(world.clock.now()));
  headers.append("DPoP", await key.prove(world.clock.now()));
  const response = await world.app.request("/api/auth/refresh", { method: "POST", headers });
  expect(await response.json()).toMatchObject({ status: 401, code: "invalid_proof" });
});

test("a proof names our own origin, whatever the call's Host and forwarding headers say", async () => {
  const world = await openWorld();
  const grant = await world.signIn({ keyThumbprint: key.thumbprint });
  const refresh = async (htu: string) => {
    const headers = {
      DPoP: await key.prove(world.clock.now(), { htu }),
      Host: "evil.example",
      "X-Forwarded-Host": "evil.example",
      Cookie: `${world.http.cookieName}=${grant.refreshToken}`,
    };
    const url = "https://evil.example/api/auth/refresh";
    return (await world.app.request(url, { method: "POST", headers })).status;
  };
  expect(await refresh("https://evil.example/api/auth/refresh")).toBe(401);
  expect(await refresh("https://app.example/api/auth/refresh")).toBe(200);
});
