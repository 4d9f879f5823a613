/** Of characters that are a byte each: what a proof says is ASCII. */
const base64url = (bytes: string): string =>
  btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** What a proof says (RFC 9449 §4.2). */
export interface ProofClaims {
  /** The method of the call. */
  htm: string;
  /** The URL of the call, without query and fragment. */
  htu: string;
  /** Seconds since the Unix epoch. */
  iat: number;
  nonce?: string | undefined;
}

/**
 * Signs a DPoP proof (RFC 9449 §4.2), a compact JWS (RFC 7515 §7.1) that is used once.
 *
 * @param key ES256; of the public half only what RFC 7638 names is told
 * @example const proof = await signProof(key, { htm: "POST", htu: "https://app.example/api/auth/refresh", iat });
 */
export async function signProof(
  { privateKey, publicKey }: CryptoKeyPair,
  claims: ProofClaims,
): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const payload = { jti: crypto.randomUUID(), ...claims };
  const signed = [header, payload].map((part) => base64url(JSON.stringify(part))).join(".");
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
}
