import { beforeAll, describe, expect, test } from "vitest";
import { checkProof, createNonces } from "../src/dpop.js";
import { createSeenProofs } from "../src/seen-proofs.js";
import { createDpopKey, type ProofOptions } from "./support/dpop-key.js";
import { openTestServer } from "./support/test-server.js";

const NOW = Date.UTC(2026, 0, 5, 9);
const SECRET = new Uint8Array(32).fill(1);
const invalid = { fault: "invalid_proof" };

const expectation = () => ({
  method: "POST",
  path: "/api/auth/refresh",
  origins: new Set(["https://app.example", "http://localhost:4000"]),
  now: NOW,
  nonces: createNonces([SECRET]),
  seen: createSeenProofs(600_000),
});

/** Claims with these times, in seconds from now. */
const timesFrom = (offsets: Readonly<Record<string, number>>): ProofOptions =>
  Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, NOW / 1000 + offset]));

let key: Awaited<ReturnType<typeof createDpopKey>>;
beforeAll(async () => {
  key = await createDpopKey();
});

describe("a DPoP proof", () => {
  test.each(["ES256", "EdDSA", "Ed25519"])("signed with %s yields the thumbprint of its key", async (alg) => {
    const signer = await createDpopKey(alg);
    expect(await checkProof(await signer.prove(NOW), expectation())).toEqual({
      thumbprint: signer.thumbprint,
    });
  });

  test.each(["ES384", "RS256", "PS256", "ES512"])("signed with %s is refused", async (alg) => {
    const signer = await createDpopKey(alg);
    expect(await checkProof(await signer.prove(NOW), expectation())).toEqual(invalid);
  });

  test.each<[string, ProofOptions]>([
    ["another method", { htm: "GET" }],
    ["a method in lower case", { htm: "post" }],
    ["another path", { htu: "https://app.example/api/auth/login" }],
    ["a path with a trailing slash", { htu: "https://app.example/api/auth/refresh/" }],
    ["another host", { htu: "https://evil.example/api/auth/refresh" }],
    ["another port", { htu: "https://app.example:8443/api/auth/refresh" }],
    ["another scheme", { htu: "http://app.example/api/auth/refresh" }],
    ["a user in its URL", { htu: "https://me@app.example/api/auth/refresh" }],
    ["a relative URL", { htu: "/api/auth/refresh" }],
    ["an htu that is a number", { htu: 5 }],
    ["no htu", { without: ["htu"] }],
    ["no htm", { without: ["htm"] }],
    ["no jti", { without: ["jti"] }],
    ["an empty jti", { jti: "" }],
    ["a jti that is a number", { jti: 5 }],
    ["a jti of 257 characters", { jti: "x".repeat(257) }],
    ["no iat", { without: ["iat"] }],
    ["an iat that is text", { iat: "now" }],
    ["an nbf that is text", { nbf: "now" }],
    ["an exp that is text", { exp: "later" }],
    ["another type", { header: { typ: "JWT" } }],
    ["no type", { header: { typ: undefined } }],
    ["no key", { header: { jwk: undefined } }],
    ["a key that is text", { header: { jwk: "key" } }],
    ["an unknown critical header", { header: { crit: ["x"], x: 1 } }],
  ])("with %s is refused", async (_, claims) => {
    // The library refuses to sign some of these.
    const proof = await key.prove(NOW, claims).catch(() => "refused.at.signing");
    expect(await checkProof(proof, expectation())).toEqual(invalid);
  });

  test("that contains the private key is refused", async () => {
    const proof = await key.prove(NOW, { header: { jwk: key.privateJwk } });
    expect(await checkProof(proof, expectation())).toEqual(invalid);
  });

  test("signed by another key than its jwk is refused", async () => {
    const other = await createDpopKey();
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

  test("that is malformed or tampered with is refused", async () => {
    const proof = await key.prove(NOW);
    const tampered = proof.replace(/\.(.)/, (_, first: string) => `.${first === "e" ? "f" : "e"}`);
    for (const text of ["", "x", "a.b.c", `${proof},${proof}`, `${proof}, ${proof}`, tampered, ` ${proof}`])
      expect(await checkProof(text, expectation())).toEqual(invalid);
    const oversized = await key.prove(NOW, { header: { pad: "x".repeat(4_096) } });
    expect(await checkProof(oversized, expectation())).toEqual(invalid);
  });

  test.each([
    "https://app.example/api/auth/refresh?x=1#y",
    "HTTPS://APP.example:443/api/auth/refresh",
    "https://app.example/api/./auth/x/../refresh",
    "http://localhost:4000/api/auth/refresh",
  ])("with the htu %s is accepted", async (htu) => {
    expect(await checkProof(await key.prove(NOW, { htu }), expectation())).toEqual({
      thumbprint: key.thumbprint,
    });
  });

  test.each([
    [-61, { fault: "use_dpop_nonce" }],
    [-60, "accepted"],
    [60, "accepted"],
    [61, { fault: "use_dpop_nonce" }],
    [-31_536_000, { fault: "use_dpop_nonce" }],
  ])("with an iat %d s off: %j", async (offset, expected) => {
    const proof = await key.prove(NOW, { iat: NOW / 1000 + offset });
    const answer = await checkProof(proof, expectation());
    expect(answer).toEqual(expected === "accepted" ? { thumbprint: key.thumbprint } : expected);
  });

  test.each([
    [{ nbf: 2 }, "accepted"],
    [{ nbf: 60 }, "accepted"],
    [{ nbf: 61 }, invalid],
    [{ exp: -59 }, "accepted"],
    [{ exp: -60 }, invalid],
    [{ nbf: -60, exp: 60 }, "accepted"],
    [{ iat: 61, nbf: 61, exp: 121 }, { fault: "use_dpop_nonce" }],
    [{ iat: -3_600, nbf: -3_600, exp: -3_480 }, { fault: "use_dpop_nonce" }],
  ])("with the times %j, in seconds from now: %j", async (offsets, expected) => {
    const proof = await key.prove(NOW, timesFrom(offsets));
    const answer = await checkProof(proof, expectation());
    expect(answer).toEqual(expected === "accepted" ? { thumbprint: key.thumbprint } : expected);
  });

  test("with a valid nonce may have any nbf and exp", async () => {
    const expected = expectation();
    const nonce = expected.nonces.make(NOW);
    for (const offsets of [{ iat: 86_400, nbf: 86_400 }, { iat: -86_400, exp: -86_280 }, { exp: -86_400 }])
      expect(await checkProof(await key.prove(NOW, { ...timesFrom(offsets), nonce }), expected)).toEqual({
        thumbprint: key.thumbprint,
      });
  });

  test("with a valid nonce may have any iat; an invalid nonce is ignored", async () => {
    const expected = expectation();
    const nonce = expected.nonces.make(NOW - 299_999);
    const iat = 0;
    const accepted = { thumbprint: key.thumbprint };
    expect(await checkProof(await key.prove(NOW, { iat, nonce }), expected)).toEqual(accepted);
    const late = { ...expected, now: NOW + 1 };
    const nonceRequired = { fault: "use_dpop_nonce" };
    expect(await checkProof(await key.prove(NOW, { iat, nonce }), late)).toEqual(nonceRequired);
    for (const other of ["", "x", 5, createNonces([new Uint8Array(32)]).make(NOW)])
      expect(await checkProof(await key.prove(NOW, { iat, nonce: other }), expected)).toEqual(nonceRequired);
    expect(await checkProof(await key.prove(NOW, { nonce: "x" }), expected)).toEqual(accepted);
  });

  test("is accepted once; the same jti from another key is accepted", async () => {
    const expected = expectation();
    const other = await createDpopKey();
    const proof = await key.prove(NOW, { jti: "same" });
    expect(await checkProof(proof, expected)).toEqual({ thumbprint: key.thumbprint });
    expect(await checkProof(proof, expected)).toEqual(invalid);
    expect(await checkProof(await key.prove(NOW, { jti: "same" }), expected)).toEqual(invalid);
    expect(await checkProof(await other.prove(NOW, { jti: "same" }), expected)).toEqual({
      thumbprint: other.thumbprint,
    });
  });

  test("that is refused does not use up its jti", async () => {
    const expected = expectation();
    await checkProof(await key.prove(NOW, { jti: "kept", iat: 0 }), expected);
    await checkProof(await key.prove(NOW, { jti: "kept", htm: "GET" }), expected);
    expect(await checkProof(await key.prove(NOW, { jti: "kept" }), expected)).toEqual({
      thumbprint: key.thumbprint,
    });
  });

  test("with a nonce can't be replayed while the nonce is valid", async () => {
    const expected = expectation();
    const nonce = expected.nonces.make(NOW);
    const proof = await key.prove(NOW, { nonce });
    await checkProof(proof, expected);
    for (const later of [60_001, 150_000, 299_999])
      expect(await checkProof(proof, { ...expected, now: NOW + later })).toEqual(invalid);
  });
});

describe("a DPoP nonce", () => {
  test.each([
    [-5_001, false],
    [-5_000, true],
    [0, true],
    [299_999, true],
    [300_000, false],
  ])("%d ms old is valid: %j", (ageMs, isValid) => {
    const nonces = createNonces([SECRET]);
    expect(nonces.isValid(nonces.make(NOW), NOW + ageMs)).toBe(isValid);
  });

  test("sealed with any of the secrets is valid, so that secrets can be rotated", () => {
    const [old, fresh] = [SECRET, new Uint8Array(32).fill(2)];
    const nonce = createNonces([old]).make(NOW);
    expect(createNonces([fresh, old]).isValid(nonce, NOW)).toBe(true);
    expect(createNonces([fresh]).isValid(nonce, NOW)).toBe(false);
  });

  test("with one changed character is invalid", () => {
    const nonces = createNonces([SECRET]);
    const nonce = nonces.make(NOW);
    for (let index = 0; index < nonce.length; index++) {
      const other = nonce[index] === "A" ? "B" : "A";
      expect(nonces.isValid(nonce.slice(0, index) + other + nonce.slice(index + 1), NOW)).toBe(false);
    }
  });

  test("requires a secret", () => {
    expect(() => createNonces([])).toThrow("at least one");
  });
});

test("two DPoP headers are an invalid proof, even if both are valid", async () => {
  const server = await openTestServer();
  const grant = await server.signIn({ keyThumbprint: key.thumbprint });
  const headers = new Headers({ Cookie: `${server.http.cookieName}=${grant.refreshToken}` });
  headers.append("DPoP", await key.prove(server.clock.now()));
  headers.append("DPoP", await key.prove(server.clock.now()));
  const response = await server.app.request("/api/auth/refresh", { method: "POST", headers });
  expect(await response.json()).toMatchObject({ status: 401, code: "invalid_proof" });
});

test("the htu must have the public origin, whatever the Host and forwarding headers say", async () => {
  const server = await openTestServer();
  const grant = await server.signIn({ keyThumbprint: key.thumbprint });
  const refresh = async (htu: string) => {
    const headers = {
      DPoP: await key.prove(server.clock.now(), { htu }),
      Host: "evil.example",
      "X-Forwarded-Host": "evil.example",
      Cookie: `${server.http.cookieName}=${grant.refreshToken}`,
    };
    const url = "https://evil.example/api/auth/refresh";
    return (await server.app.request(url, { method: "POST", headers })).status;
  };
  expect(await refresh("https://evil.example/api/auth/refresh")).toBe(401);
  expect(await refresh("https://app.example/api/auth/refresh")).toBe(200);
});

test("a forged refresh token is refused before its proof is verified", async () => {
  const server = await openTestServer();
  const grant = await server.signIn({ keyThumbprint: key.thumbprint });
  const DPoP = await key.prove(server.clock.now());
  const refresh = (cookie: string) => server.call("POST", "/api/auth/refresh", { cookie, headers: { DPoP } });
  const forged = grant.refreshToken.replace(/\.[^.]+$/, (mac) => `.${[...mac.slice(1)].reverse().join("")}`);
  for (const cookie of [forged, "rubbish"])
    expect(await (await refresh(cookie)).json()).toMatchObject({ status: 401, code: "unauthenticated" });
  // The proof is not used up.
  expect((await refresh(grant.refreshToken)).status).toBe(200);
  expect(await (await refresh(grant.refreshToken)).json()).toMatchObject({ code: "invalid_proof" });
});
