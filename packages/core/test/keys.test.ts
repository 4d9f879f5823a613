import { createHash, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { deriveMacKey, deriveSigningKey } from "../src/keys.js";

const secret = Buffer.alloc(32, 1);
const otherSecret = Buffer.alloc(32, 2);

describe("keys derived from a secret", () => {
  test("are the same each time, so that a restart signs nobody out", () => {
    expect(deriveMacKey(secret)).toEqual(deriveMacKey(secret));
    expect(deriveSigningKey(secret).jwk).toEqual(deriveSigningKey(secret).jwk);
  });

  test("differ by secret and by purpose", () => {
    expect(deriveMacKey(secret).id).not.toBe(deriveMacKey(otherSecret).id);
    expect(deriveSigningKey(secret).id).not.toBe(deriveSigningKey(otherSecret).id);
    const seed = deriveSigningKey(secret).privateKey.export({ format: "jwk" }).d;
    expect(seed).not.toBe(deriveMacKey(secret).key.toString("base64url"));
  });

  test("a MAC key is 32 bytes, its id eight characters of its hash and nothing of the key", () => {
    const { id, key } = deriveMacKey(secret);
    expect(key).toHaveLength(32);
    expect(id).toBe(createHash("sha256").update(key).digest("base64url").slice(0, 8));
  });

  test("a signing key is named by its RFC 7638 thumbprint and publishes no private part", () => {
    const { id, jwk } = deriveSigningKey(secret);
    const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`;
    expect(id).toBe(createHash("sha256").update(canonical).digest("base64url"));
    expect(jwk).toEqual({ kty: "OKP", crv: "Ed25519", x: jwk.x, kid: id, alg: "EdDSA", use: "sig" });
  });

  test("what the private half signs the public half verifies", () => {
    const { privateKey, publicKey } = deriveSigningKey(secret);
    const signature = sign(null, Buffer.from("text"), privateKey);
    expect(verify(null, Buffer.from("text"), publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from("other"), publicKey, signature)).toBe(false);
  });
});
