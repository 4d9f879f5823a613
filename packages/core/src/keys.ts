import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";

/** A key that MACs refresh tokens; the tokens carry its id. */
export interface MacKey {
  readonly id: string;
  readonly key: Buffer;
}

/** A key pair that signs access tokens. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: PublicKey;
}

/** A public key as JWK (RFC 7517, RFC 8037). */
export interface PublicKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}

/** HKDF `info` (RFC 5869 §3.2): keys of one purpose reveal nothing about those of another. */
const MAC_PURPOSE = "curfew refresh-token mac v1";
const SIGNING_PURPOSE = "curfew access-token ed25519 v1";

/** PKCS #8 prefix of a 32-byte Ed25519 seed (RFC 8410 §7). */
const ED25519_PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Derives the key that MACs refresh tokens. Its id is a hash of the key, so the id does not depend on the key's place in
 * the list of secrets.
 *
 * @param secret 32 bytes or more
 */
export function deriveMacKey(secret: Uint8Array): MacKey {
  const key = derive(secret, MAC_PURPOSE);
  return { id: createHash("sha256").update(key).digest("base64url").slice(0, 8), key };
}

/**
 * Derives the Ed25519 key pair that signs access tokens; its id is the RFC 7638 thumbprint.
 *
 * @param secret 32 bytes or more
 */
export function deriveSigningKey(secret: Uint8Array): SigningKey {
  const der = Buffer.concat([ED25519_PKCS8_PREFIX, derive(secret, SIGNING_PURPOSE)]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  const x = String(publicKey.export({ format: "jwk" }).x);
  const id = createHash("sha256")
    .update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");
  return {
    id,
    privateKey,
    publicKey,
    jwk: { kty: "OKP", crv: "Ed25519", x, kid: id, alg: "EdDSA", use: "sig" },
  };
}

function derive(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, new Uint8Array(0), purpose, 32));
}
