import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  type JWK,
  SignJWT,
} from "jose";
import { newPemPair } from "./key-pair.js";

/** Claims and headers that replace those of a valid proof. */
export interface ProofOptions {
  htm?: unknown;
  htu?: unknown;
  jti?: unknown;
  /** Seconds since the Unix epoch. */
  iat?: unknown;
  nbf?: unknown;
  exp?: unknown;
  nonce?: unknown;
  header?: Record<string, unknown>;
  /** Claims to leave out. */
  without?: readonly string[];
}

const CURVES: Readonly<Record<string, Parameters<typeof newPemPair>[0]>> = {
  ES256: "P-256",
  ES384: "P-384",
  EdDSA: "Ed25519",
  Ed25519: "Ed25519",
};

async function newPair(alg: string) {
  const curve = CURVES[alg];
  if (curve === undefined) return generateKeyPair(alg, { extractable: true });
  const { publicKey, privateKey } = newPemPair(curve);
  const options = { extractable: true };
  return {
    publicKey: await importSPKI(publicKey, alg, options),
    privateKey: await importPKCS8(privateKey, alg, options),
  };
}

/** Creates a client's key that signs DPoP proofs of a refresh. */
export async function createDpopKey(alg = "ES256") {
  const { publicKey, privateKey } = await newPair(alg);
  const jwk = await exportJWK(publicKey);
  let count = 0;
  return {
    jwk,
    privateJwk: (await exportJWK(privateKey)) as JWK,
    thumbprint: await calculateJwkThumbprint(jwk),
    /** @param now milliseconds since the Unix epoch */
    prove(now: number, { header, without = [], ...claims }: ProofOptions = {}): Promise<string> {
      count += 1;
      const payload: Record<string, unknown> = {
        htm: "POST",
        htu: "https://app.example/api/auth/refresh",
        jti: `proof-${count}`,
        iat: Math.floor(now / 1000),
        ...claims,
      };
      for (const name of without) delete payload[name];
      return new SignJWT(payload)
        .setProtectedHeader({ typ: "dpop+jwt", alg, jwk, ...header })
        .sign(privateKey);
    },
  };
}
