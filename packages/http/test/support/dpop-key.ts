import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

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

/** Creates a client's key that signs DPoP proofs of a refresh. */
export async function createDpopKey(alg = "ES256", options: { crv?: string } = {}) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
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
