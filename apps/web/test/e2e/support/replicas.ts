import { randomBytes } from "node:crypto";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { type PostgresServer, startPostgres } from "../../../../../scripts/postgres/server.js";
import {
  type ReplicatedService,
  startReplicatedService,
} from "../../../../server/test/harness/replicated-service.js";
import { createGuard, type Guard } from "./guard.js";
import { newOwner, type Person } from "./people.js";
import { signIn } from "./sign-in.js";

/** A line of Chromium's for a call that did not come through, or that a balancer or a replica could not answer. */
const TROUBLE = /Failed to load resource: (net::|the server responded with a status of 50[23])/;

/** Three replicas over one PostgreSQL, at one address. */
export interface ServiceOfReplicas extends ReplicatedService {
  readonly url: string;
  readonly postgres: PostgresServer;
}

interface Fixtures {
  guard: Guard;
  /** A browser of its own, signed in, at the home page. */
  browserOf: (person: Person) => Promise<Page>;
  /** The owner of an account of the test's own. */
  ada: Person;
}

/** Playwright's `test` with a service of replicas; a page that complains of anything but a call in trouble fails the test. */
export const test = base.extend<Fixtures, { service: ServiceOfReplicas }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const postgres = await startPostgres({ flags: ["-c", "fsync=off"] });
      try {
        const replicated = await startReplicatedService({
          DATABASE_URL: postgres.url,
          CURFEW_SECRET: randomBytes(32).toString("base64"),
          // So short that a page has to renew it again and again.
          CURFEW_ACCESS_TOKEN_SECONDS: "10",
          CURFEW_LOG_LEVEL: "error",
        });
        await use({ ...replicated, url: replicated.loadBalancer.publicUrl, postgres });
        await replicated.stop();
      } finally {
        await postgres.remove();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: ({ service }, use) => use(service.url),
  guard: async ({ service }, use) => {
    const guard = createGuard(() => service.url);
    guard.allow(TROUBLE);
    await use(guard);
    expect(guard.faults(), "what the pages complained about").toEqual([]);
  },
  browserOf: async ({ browser, contextOptions, service, guard }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (person) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: service.url });
      contexts.push(context);
      guard.watch(context);
      const page = await context.newPage();
      await signIn(page, person);
      return page;
    });
    for (const context of contexts) await context.close();
  },
  ada: async ({ service }, use) => use(await newOwner(service)),
});

/** Collects from here on what tells a browser that it is signed out: each way to the sign-in page, and every 401. */
export function watchSignOuts(context: BrowserContext): readonly string[] {
  const seen: string[] = [];
  context.on("response", (response) => {
    if (response.status() === 401) seen.push(`401 of ${response.request().method()} ${response.url()}`);
  });
  const watch = (page: Page): void => {
    page.on("framenavigated", (frame) => {
      if (new URL(frame.url()).pathname === "/login") seen.push(`led to ${frame.url()}`);
    });
  };
  for (const page of context.pages()) watch(page);
  context.on("page", watch);
  return seen;
}

export { expect };
