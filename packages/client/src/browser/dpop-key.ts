/** Of the database, of its only store, and of the key in it. */
const NAME = "curfew-key";

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      // Dealt with by whoever waits: some browsers tell the page of it otherwise.
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
 * This browser's key for DPoP proofs (RFC 9449 §2), made at the first call: ES256, its private half not extractable, kept
 * in IndexedDB. It is read anew at each call, so that a tab never goes on with one that the person has cleared away.
 *
 * @returns nothing where it was not kept
 * @throws whatever the browser does where it keeps no keys
 * @example const key = await dpopKey(); const proof = key && (await signProof(key, claims));
 */
export async function dpopKey(): Promise<CryptoKeyPair | undefined> {
  const database = await openDatabase();
  try {
    const keys = (mode: IDBTransactionMode) => database.transaction(NAME, mode).objectStore(NAME);
    const read = () => resultOf<CryptoKeyPair | undefined>(keys("readonly").get(NAME));
    if (!(await read())) {
      const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
      // Fails where another tab was faster: all go on with the first's.
      await resultOf(keys("readwrite").add(made, NAME)).catch(() => undefined);
    }
    return await read();
  } finally {
    database.close();
  }
}
