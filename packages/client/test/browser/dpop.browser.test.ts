import { beforeEach, describe, expect, test } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";
import { dpopKey } from "../../src/browser/dpop.js";

const deleteKey = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase("curfew-key");
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });

async function storedKey(): Promise<CryptoKeyPair> {
  const key = await dpopKey();
  if (!key) throw new Error("no key was stored");
  return key;
}

const publicJwk = async ({ publicKey }: CryptoKeyPair): Promise<string> =>
  JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey));

const claimsOf = (proof: string | null): unknown =>
  JSON.parse(atob((proof?.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));

beforeEach(deleteKey);

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
});
