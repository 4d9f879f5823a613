import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { checkProof, createNonces, createSeenProofs } from "../../../http/src/dpop.js";
import { signProof } from "../../src/browser/dpop-proof.js";

const NOW = Date.UTC(2026, 0, 1, 10, 0, 0, 999);
const CLAIMS = {
  htm: "POST",
  htu: "https://app.example/api/auth/refresh",
  iat: Math.floor(NOW / 1000),
};

let key: CryptoKeyPair;
beforeAll(async () => {
  key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
});

const serverWith = (nonces = createNonces([new Uint8Array(32)])) => ({
  method: "POST",
  path: "/api/auth/refresh",
  origins: new Set(["https://app.example"]),
  now: NOW,
  nonces,
  seen: createSeenProofs(),
});

describe("a proof", () => {
  test("is what RFC 9449 says it is, and nothing more", async () => {
    const { payload, protectedHeader } = await jwtVerify(await signProof(key, CLAIMS), EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: ["ES256"],
      currentDate: new Date(NOW),
    });
    expect(payload).toEqual({ ...CLAIMS, jti: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(protectedHeader).toEqual({
      typ: "dpop+jwt",
      alg: "ES256",
      jwk: {
        kty: "EC",
        crv: "P-256",
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
      },
    });
  });

  test("is taken by the server, once, as one of this key", async () => {
    const server = serverWith();
    const proof = await signProof(key, CLAIMS);
    const { x, y } = await crypto.subtle.exportKey("jwk", key.publicKey);
    const thumbprint = await calculateJwkThumbprint({ kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" });
    expect(await checkProof(proof, server)).toEqual({ thumbprint });
    expect(await checkProof(proof, server)).toEqual({ fault: "invalid_proof" });
  });

  test("carries the nonce that the server asks for, and then its time does not matter", async () => {
    const nonces = createNonces([new Uint8Array(32)]);
    const hourOff = { ...CLAIMS, iat: CLAIMS.iat - 3_600 };
    expect(await checkProof(await signProof(key, hourOff), serverWith(nonces))).toEqual({
      fault: "use_dpop_nonce",
    });
    const proof = await signProof(key, { ...hourOff, nonce: nonces.make(NOW) });
    expect(await checkProof(proof, serverWith(nonces))).toHaveProperty("thumbprint");
  });

  test("is never the same twice", async () => {
    const proofs = await Promise.all(Array.from({ length: 50 }, () => signProof(key, CLAIMS)));
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(50);
    const headers = proofs.map((proof) => JSON.stringify(decodeProtectedHeader(proof)));
    expect(new Set(headers).size).toBe(1);
  });

  test("is compact, whatever bytes it is made of", async () => {
    for (let run = 0; run < 50; run++)
      expect(await signProof(key, CLAIMS)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
  });

  test("can't be made with another kind of key", async () => {
    const encrypting = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
      "deriveBits",
    ]);
    await expect(signProof(encrypting, CLAIMS)).rejects.toThrow();
  });
});
