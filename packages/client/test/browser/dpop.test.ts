import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { checkProof, createNonces } from "../../../http/src/dpop.js";
import { createSeenProofs } from "../../../http/src/seen-proofs.js";
import { signProof } from "../../src/browser/dpop.js";

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
  seen: createSeenProofs(600_000),
});

describe("a DPoP proof", () => {
  test("has the header and claims of RFC 9449 and no others", async () => {
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

  test("is accepted once by the server, with the key's thumbprint", async () => {
    const server = serverWith();
    const proof = await signProof(key, CLAIMS);
    const { x, y } = await crypto.subtle.exportKey("jwk", key.publicKey);
    const thumbprint = await calculateJwkThumbprint({ kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" });
    expect(await checkProof(proof, server)).toEqual({ thumbprint });
    expect(await checkProof(proof, server)).toEqual({ fault: "invalid_proof" });
  });

  test("with the server's nonce is accepted whatever its time", async () => {
    const nonces = createNonces([new Uint8Array(32)]);
    const hourOff = { ...CLAIMS, iat: CLAIMS.iat - 3_600 };
    expect(await checkProof(await signProof(key, hourOff), serverWith(nonces))).toEqual({
      fault: "use_dpop_nonce",
    });
    const proof = await signProof(key, { ...hourOff, nonce: nonces.make(NOW) });
    expect(await checkProof(proof, serverWith(nonces))).toHaveProperty("thumbprint");
  });

  test("has a unique id", async () => {
    const proofs = await Promise.all(Array.from({ length: 50 }, () => signProof(key, CLAIMS)));
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(50);
    const headers = proofs.map((proof) => JSON.stringify(decodeProtectedHeader(proof)));
    expect(new Set(headers).size).toBe(1);
  });

  test("is a compact JWS for any signature", async () => {
    for (let run = 0; run < 50; run++)
      expect(await signProof(key, CLAIMS)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
  });

  test("can't be signed with a key of another type", async () => {
    const encrypting = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
      "deriveBits",
    ]);
    await expect(signProof(encrypting, CLAIMS)).rejects.toThrow();
  });
});
