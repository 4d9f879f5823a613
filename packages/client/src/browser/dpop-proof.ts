const JTI_BYTES = 16;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

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
  const payload = { jti: base64url(crypto.getRandomValues(new Uint8Array(JTI_BYTES))), ...claims };
  const encode = (text: string) => new TextEncoder().encode(text);
  const signed = [header, payload].map((part) => base64url(encode(JSON.stringify(part)))).join(".");
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, privateKey, encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}
