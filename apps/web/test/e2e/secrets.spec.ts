import type { Page } from "@playwright/test";
import { REFUSED_STREAM } from "./support/page-errors.js";
import { signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { MINUTE_MS } from "./support/time.js";

/** Everything that scripts of the page can read or that is visible: URL, history, storage, IndexedDB and DOM. */
const readable = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const records: unknown[] = [];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve, reject) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
          reading.onerror = () => reject(reading.error);
        });
        records.push(store, ...all);
      }
      database.close();
    }
    return JSON.stringify([
      location.href,
      history.state,
      document.cookie,
      document.documentElement.outerHTML,
      { ...localStorage },
      { ...sessionStorage },
      records,
      window.name,
    ]);
  });

test("no token is in storage, IndexedDB, the DOM or a URL, before and after a refresh", async ({
  page,
  context,
  ada,
  time,
}) => {
  const tokens = new Set<string>();
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("response", async (response) => {
    if (!/\/api\/auth\/(login|refresh)$/.test(response.url()) || response.status() !== 200) return;
    const body = (await response.json()) as { access_token: string };
    tokens.add(body.access_token);
    expect(body).not.toHaveProperty("refresh_token");
  });
  await signIn(page, ada);
  await time.advance(6 * MINUTE_MS);
  await page.keyboard.press("Shift");
  await expect.poll(() => tokens.size).toBeGreaterThanOrEqual(2);
  for (const { name, value, httpOnly, sameSite } of await context.cookies()) {
    expect({ name, httpOnly, sameSite }).toEqual({
      name: expect.stringMatching(/^curfew_refresh_\d+$/),
      httpOnly: true,
      sameSite: "Strict",
    });
    tokens.add(value);
  }
  expect(tokens.size).toBeGreaterThanOrEqual(3);
  for (const path of ["/", "/account/security"]) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const everything = await readable(page);
    for (const token of tokens) {
      expect(everything).not.toContain(token);
      expect(addresses.filter((address) => address.includes(token))).toEqual([]);
    }
  }
});

test("the DPoP key can't be exported, and local storage has no e-mail, password or token", async ({
  owner,
  ada,
}) => {
  const extractable = await owner.evaluate(async () => {
    const keys: boolean[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open(name ?? "");
        opening.onsuccess = () => resolve(opening.result);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
        });
        for (const record of all) {
          const held = record instanceof CryptoKey ? [record] : Object.values(record as object);
          for (const one of held)
            if (one instanceof CryptoKey && one.type === "private") keys.push(one.extractable);
        }
      }
      database.close();
    }
    return keys;
  });
  expect(extractable.length).toBeGreaterThan(0);
  expect(new Set(extractable)).toEqual(new Set([false]));
  const stored = await owner.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(stored).not.toContain(ada.email);
  expect(stored).not.toContain(ada.password);
  expect(stored).not.toMatch(/eyJ/);
});

test("every sign-in, refresh and logout has a DPoP proof", async ({ page, ada, time, pageErrors }) => {
  pageErrors.allow(REFUSED_STREAM);
  const proofs: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (/\/api\/auth\/(login|refresh|logout)$/.test(request.url())) proofs.push(request.headers()["dpop"]);
  });
  await signIn(page, ada);
  await time.advance(6 * MINUTE_MS);
  await page.keyboard.press("Shift");
  await expect.poll(() => proofs.length).toBeGreaterThanOrEqual(2);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL("/login");
  expect(proofs.length).toBeGreaterThanOrEqual(3);
  for (const proof of proofs) {
    const [head = ""] = (proof ?? "").split(".");
    expect(JSON.parse(Buffer.from(head, "base64url").toString())).toMatchObject({ typ: "dpop+jwt" });
  }
});
