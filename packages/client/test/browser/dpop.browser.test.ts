import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";
import { dpopKey } from "../../src/browser/dpop.js";

const deleteKey = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase("curfew-key");
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });

const storedKey = (owner = "curfew"): Promise<CryptoKeyPair> => dpopKey(owner);

const publicJwk = async ({ publicKey }: CryptoKeyPair): Promise<string> =>
  JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey));

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

  test("is another for each server at a path of its own, and stays that of 0.1 for servers at an origin's root", async () => {
    const owners = ["curfew", "curfew https://app.example/crm", "curfew https://app.example/shop"];
    const keys = await Promise.all(owners.map(async (owner) => publicJwk(await storedKey(owner))));
    expect(new Set(keys).size).toBe(3);
    expect(await publicJwk(await storedKey("curfew https://auth.example"))).toBe(keys[0]);
    expect(await publicJwk(await storedKey("curfew https://app.example/shop"))).toBe(keys[2]);
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
