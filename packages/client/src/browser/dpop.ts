/** ES256 (RFC 7518 §3.4), to generate a key and to sign. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The name of the database and of its only store. */
const NAME = "curfew-key";

/** Errors after which the same operation may succeed (IndexedDB 3.0 §3.3, and Web IDL §2.8.1). */
const PASSING_ERROR = /Unknown|Abort|Quota/;

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Reads this browser's DPoP key (RFC 9449 §2) from IndexedDB, or generates it: ES256, with a non-extractable private key.
 * Read for every proof, so that a tab never uses a key that the user has cleared.
 *
 * @param owner the session's name, `curfew <base URL>`
 * @throws the browser's error if it did not store the key
 * @example const proof = await signProof(await dpopKey("curfew https://app.example"), claims);
 */
export async function dpopKey(owner: string): Promise<CryptoKeyPair> {
  const opening = indexedDB.open(NAME);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME);
  const database = await resultOf(opening);
  const name = `${owner}-key`;
  // Earlier versions had this key for every server at the root of an origin, and their sessions stay bound to it.
  const earlierName = /\w\//.test(owner) ? name : NAME;
  const stored = async (generated?: CryptoKeyPair): Promise<CryptoKeyPair | undefined> => {
    const store = database.transaction(NAME, generated && "readwrite").objectStore(NAME);
    const key: CryptoKeyPair | undefined =
      (await resultOf(store.get(name))) ?? (await resultOf(store.get(earlierName)));
    // Still in the transaction: of several tabs that generate a key, all use the first.
    if (!key && generated) await resultOf(store.put(generated, name));
    return key ?? generated;
  };
  try {
    return ((await stored()) ??
      (await stored(await crypto.subtle.generateKey(ALGORITHM, false, ["sign"])))) as CryptoKeyPair;
  } finally {
    database.close();
  }
}

/** The claims of a DPoP proof (RFC 9449 §4.2). */
export interface ProofClaims {
  /** The HTTP method. */
  htm: string;
  /** The URL without query and fragment. */
  htu: string;
  /** Seconds since the Unix epoch. */
  iat: number;
  nonce?: string | undefined;
}

/** Encodes a string of single-byte characters. */
const base64url = (bytes: string): string =>
  btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/**
 * Signs a DPoP proof (RFC 9449 §4.2) as a compact JWS (RFC 7515 §7.1). A proof is valid for one request.
 *
 * @param key ES256; the header carries only the public members required by RFC 7638
 * @example const proof = await signProof(key, { htm: "POST", htu: "https://app.example/api/auth/refresh", iat });
 */
export async function signProof(
  { privateKey, publicKey }: CryptoKeyPair,
  claims: ProofClaims,
): Promise<string> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { crv, kty, x, y } };
  const payload = { jti: crypto.randomUUID(), ...claims };
  const signed = [header, payload].map((part) => base64url(JSON.stringify(part))).join(".");
  const signature = await crypto.subtle.sign(ALGORITHM, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
}

/**
 * Signs a proof with this browser's key.
 *
 * @param owner as in `dpopKey`
 * @returns null if this browser can't keep a key
 * @throws the browser's error if it may pass
 */
export const prove = (owner: string, claims: ProofClaims): Promise<string | null> =>
  dpopKey(owner)
    .then((key) => signProof(key, claims))
    .catch((error: unknown) => {
      if (PASSING_ERROR.test((error as Error).name)) throw error;
      return null;
    });
