import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export interface ProofOptions {
  htm?: unknown;
  htu?: unknown;
  jti?: unknown;
  /** Seconds since the Unix epoch. */
  iat?: unknown;
  nonce?: unknown;
  header?: Record<string, unknown>;
  /** Claims to leave out. */
  without?: readonly string[];
}

/** A client's key, and the proofs that it signs. */
export async function createKey(alg = "ES256", options: { crv?: string } = {}) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
  const jwk = await exportJWK(publicKey);
  let count = 0;
  return {
    jwk,
    privateJwk: (await exportJWK(privateKey)) as JWK,
    thumbprint: await calculateJwkThumbprint(jwk),
    prove(now: number, claims: ProofOptions = {}): Promise<string> {
      count += 1;
      const payload: Record<string, unknown> = {
        htm: "POST",
        htu: "https://app.example/api/auth/refresh",
        jti: `proof-${count}`,
        iat: Math.floor(now / 1000),
        ...claims,
      };
      delete payload["header"];
      delete payload["without"];
      for (const name of claims.without ?? []) delete payload[name];
      return new SignJWT(payload)
        .setProtectedHeader({ typ: "dpop+jwt", alg, jwk, ...claims.header })
        .sign(privateKey);
    },
  };
}
