import { beforeEach, describe, expect, test } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";
import { dpopKey } from "../../src/browser/dpop-key.js";

const forget = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase("curfew-key");
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });

async function keptKey(): Promise<CryptoKeyPair> {
  const key = await dpopKey();
  if (!key) throw new Error("no key was kept");
  return key;
}

const nameOf = async ({ publicKey }: CryptoKeyPair): Promise<string> =>
  JSON.stringify(await crypto.subtle.exportKey("jwk", publicKey));

const claimsOf = (proof: string | null): unknown =>
  JSON.parse(atob((proof?.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));

beforeEach(forget);

describe("this browser's key", () => {
  test("is made once, and is the same from then on", async () => {
    const first = await nameOf(await keptKey());
    expect(await nameOf(await keptKey())).toBe(first);
  });

  test("is one, however many tabs ask for it at once", async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, async () => nameOf(await keptKey())));
    expect(new Set(keys).size).toBe(1);
    expect(await nameOf(await keptKey())).toBe(keys[0]);
  });

  test("can sign, and its private half leaves the browser in no form", async () => {
    const { privateKey } = await keptKey();
    expect([privateKey.extractable, privateKey.usages, privateKey.algorithm]).toEqual([
      false,
      ["sign"],
      { name: "ECDSA", namedCurve: "P-256" },
    ]);
    for (const format of ["jwk", "pkcs8"] as const)
      await expect(crypto.subtle.exportKey(format, privateKey)).rejects.toThrow("not extractable");
  });

  test("is another one after it was cleared away", async () => {
    const first = await nameOf(await keptKey());
    await forget();
    expect(await nameOf(await keptKey())).not.toBe(first);
  });
});

describe("a proof of the browser", () => {
  test("names the call, the server's origin and the server's time in seconds", async () => {
    const { proof } = browserPorts();
    expect(claimsOf(await proof("POST", "/api/auth/refresh", 1_767_261_600_999))).toEqual({
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      htm: "POST",
      htu: `${location.origin}/api/auth/refresh`,
      iat: 1_767_261_600,
    });
  });

  test("names the server that the page is told of, and its nonce", async () => {
    const { proof } = browserPorts({ baseUrl: "https://auth.example" });
    expect(claimsOf(await proof("POST", "/api/auth/login", 0, "n"))).toMatchObject({
      htu: "https://auth.example/api/auth/login",
      nonce: "n",
    });
  });
});
