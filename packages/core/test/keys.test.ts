import { createHash, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { deriveMacKey, deriveSigningKey } from "../src/keys.js";

const secret = Buffer.alloc(32, 1);
const otherSecret = Buffer.alloc(32, 2);

describe("keys derived from a secret", () => {
  test("are deterministic, so a restart keeps all sessions", () => {
    expect(deriveMacKey(secret)).toEqual(deriveMacKey(secret));
    expect(deriveSigningKey(secret).jwk).toEqual(deriveSigningKey(secret).jwk);
  });

  test("differ by secret and by purpose", () => {
    expect(deriveMacKey(secret).id).not.toBe(deriveMacKey(otherSecret).id);
    expect(deriveSigningKey(secret).id).not.toBe(deriveSigningKey(otherSecret).id);
    const seed = deriveSigningKey(secret).privateKey.export({ format: "jwk" }).d;
    expect(seed).not.toBe(deriveMacKey(secret).key.toString("base64url"));
  });

  test("a MAC key has 32 bytes; its id is 8 characters of its hash", () => {
    const { id, key } = deriveMacKey(secret);
    expect(key).toHaveLength(32);
    expect(id).toBe(createHash("sha256").update(key).digest("base64url").slice(0, 8));
  });

  test("a signing key's id is its RFC 7638 thumbprint, and its JWK has no private part", () => {
    const { id, jwk } = deriveSigningKey(secret);
    const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`;
    expect(id).toBe(createHash("sha256").update(canonical).digest("base64url"));
    expect(jwk).toEqual({ kty: "OKP", crv: "Ed25519", x: jwk.x, kid: id, alg: "EdDSA", use: "sig" });
  });

  test("the public key verifies signatures of the private key", () => {
    const { privateKey, publicKey } = deriveSigningKey(secret);
    const signature = sign(null, Buffer.from("text"), privateKey);
    expect(verify(null, Buffer.from("text"), publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from("other"), publicKey, signature)).toBe(false);
  });
});
