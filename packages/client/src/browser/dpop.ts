/** The name of the database, of its only store, and of the key in it. */
const NAME = "curfew-key";

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      // The rejection reports the error; without this some browsers also dispatch it to the page.
      event.preventDefault();
      reject(request.error);
    };
  });

const openDatabase = (): Promise<IDBDatabase> => {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME);
  return resultOf(opening);
};

/**
 * Reads this browser's DPoP key (RFC 9449 §2) from IndexedDB, or generates it: ES256, with a non-extractable private key.
 * Read for every proof, so that a tab never uses a key that the user has cleared.
 *
 * @returns undefined if the browser did not store the key
 * @throws the browser's error if IndexedDB or the key type is unavailable
 * @example const key = await dpopKey(); const proof = key && (await signProof(key, claims));
 */
export async function dpopKey(): Promise<CryptoKeyPair | undefined> {
  const database = await openDatabase();
  try {
    const store = (mode: IDBTransactionMode) => database.transaction(NAME, mode).objectStore(NAME);
    const read = () => resultOf<CryptoKeyPair | undefined>(store("readonly").get(NAME));
    if (!(await read())) {
      const generated = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
        "sign",
      ]);
      // `add` fails if another tab stored its key first; all tabs then use that one.
      await resultOf(store("readwrite").add(generated, NAME)).catch(() => undefined);
    }
    return await read();
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
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const payload = { jti: crypto.randomUUID(), ...claims };
  const signed = [header, payload].map((part) => base64url(JSON.stringify(part))).join(".");
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
}
