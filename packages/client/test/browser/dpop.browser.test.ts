import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";
import { dpopKey } from "../../src/browser/dpop.js";

const deleteKey = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase("curfew-key");
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });

const storedKey = (owner = "curfew https://app.example"): Promise<CryptoKeyPair> => dpopKey(owner);

const publicJwk = async ({ publicKey }: CryptoKeyPair): Promise<string> =>
  JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey));

/** Stores a key as the only one of the database, as earlier versions did, and returns its public part. */
async function storeAsEarlierVersions(): Promise<string> {
  const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open("curfew-key");
    opening.onupgradeneeded = () => opening.result.createObjectStore("curfew-key");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const transaction = database.transaction("curfew-key", "readwrite");
  transaction.objectStore("curfew-key").put(key, "curfew-key");
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
  return publicJwk(key);
}

const claimsOf = (proof: string | null): unknown =>
  JSON.parse(atob((proof?.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));

beforeEach(deleteKey);
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("this browser's key", () => {
  test("is generated once and then reused", async () => {
    const first = await publicJwk(await storedKey());
    expect(await publicJwk(await storedKey())).toBe(first);
  });

  test("is the same for concurrent reads of many tabs", async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, async () => publicJwk(await storedKey())));
    expect(new Set(keys).size).toBe(1);
    expect(await publicJwk(await storedKey())).toBe(keys[0]);
  });

  test("can sign, and its private key can't be exported", async () => {
    const { privateKey } = await storedKey();
    expect([privateKey.extractable, privateKey.usages, privateKey.algorithm]).toEqual([
      false,
      ["sign"],
      { name: "ECDSA", namedCurve: "P-256" },
    ]);
    for (const format of ["jwk", "pkcs8"] as const)
      await expect(crypto.subtle.exportKey(format, privateKey)).rejects.toThrow("not extractable");
  });

  const OWNERS = [
    "curfew https://app.example",
    "curfew https://auth.example",
    "curfew https://app.example/crm",
    "curfew https://app.example/shop",
  ];
  const keysOfAll = () => Promise.all(OWNERS.map(async (owner) => publicJwk(await storedKey(owner))));

  test("is another for each server", async () => {
    const keys = await keysOfAll();
    expect(new Set(keys).size).toBe(4);
    expect(await keysOfAll()).toEqual(keys);
  });

  test("stays that of earlier versions for servers at the root of an origin, whose sessions are bound to it", async () => {
    const earlier = await storeAsEarlierVersions();
    const [app, auth, crm, shop] = await keysOfAll();
    expect([app, auth]).toEqual([earlier, earlier]);
    expect(new Set([earlier, crm, shop]).size).toBe(3);
  });

  test("is generated again after it was deleted", async () => {
    const first = await publicJwk(await storedKey());
    await deleteKey();
    expect(await publicJwk(await storedKey())).not.toBe(first);
  });
});

describe("the proof port", () => {
  test("names the method, the URL at the page's origin and the server time in seconds", async () => {
    const { proof } = browserPorts();
    expect(claimsOf(await proof("POST", "/api/auth/refresh", 1_767_261_600_999))).toEqual({
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      htm: "POST",
      htu: `${location.origin}/api/auth/refresh`,
      iat: 1_767_261_600,
    });
  });

  test("names the configured server and the nonce", async () => {
    const { proof } = browserPorts({ baseUrl: "https://auth.example" });
    expect(claimsOf(await proof("POST", "/api/auth/login", 0, "n"))).toMatchObject({
      htu: "https://auth.example/api/auth/login",
      nonce: "n",
    });
  });

  test("names a server below a path", async () => {
    const { proof } = browserPorts({ baseUrl: "/crm" });
    expect(claimsOf(await proof("POST", "/api/auth/login", 0))).toMatchObject({
      htu: `${location.origin}/crm/api/auth/login`,
    });
  });

  test.each([
    ["UnknownError", "rejects"],
    ["AbortError", "rejects"],
    ["QuotaExceededError", "rejects"],
    ["SecurityError", "is null"],
    ["InvalidStateError", "is null"],
    ["NotSupportedError", "is null"],
  ])("after a %s of the storage %s", async (name, outcome) => {
    vi.spyOn(IDBFactory.prototype, "open").mockImplementation(() => {
      throw new DOMException("refused", name);
    });
    const proof = browserPorts().proof("POST", "/api/auth/login", 0);
    if (outcome === "rejects") await expect(proof).rejects.toMatchObject({ name });
    else expect(await proof).toBeNull();
  });

  test("is null in a browser without IndexedDB", async () => {
    vi.stubGlobal("indexedDB", undefined);
    expect(await browserPorts().proof("POST", "/api/auth/login", 0)).toBeNull();
  });
});
