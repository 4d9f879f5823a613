import {
  createPrivateKey,
  createPublicKey,
  type ED25519KeyPairOptions,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

type Curve = "P-256" | "P-384" | "Ed25519";

const ENCODING: ED25519KeyPairOptions<"pem", "pem"> = {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
};

/**
 * A key pair as PEM. Node 20 may hang where a generated key itself is exported as a JWK: the export holds the key's lock, and a garbage
 * collection meanwhile that takes the job which generated the key waits for the same lock.
 */
export function newPemPair(curve: Curve): { publicKey: string; privateKey: string } {
  if (curve === "Ed25519") return generateKeyPairSync("ed25519", ENCODING);
  return generateKeyPairSync("ec", { ...ENCODING, namedCurve: curve });
}

/** The same, as keys that can be exported. */
export function newKeyPair(curve: Curve): { publicKey: KeyObject; privateKey: KeyObject } {
  const { publicKey, privateKey } = newPemPair(curve);
  return { publicKey: createPublicKey(publicKey), privateKey: createPrivateKey(privateKey) };
}
