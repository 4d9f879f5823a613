import { randomBytes } from "node:crypto";
import { type BrowserContext, test as base, expect, type Page, type Response } from "@playwright/test";
import { type PostgresServer, startPostgres } from "../../../../../scripts/postgres/server.js";
import {
  type ReplicatedService,
  startReplicatedService,
} from "../../../../server/test/harness/replicated-service.js";
import { createPageErrors, type PageErrors } from "./page-errors.js";
import { signIn } from "./sign-in.js";
import { newOwner, type TestUser } from "./users.js";

/** Chromium's console errors for failed connections and for a 401, 502 or 503. */
const EXPECTED_FAILURES =
  /Failed to load resource: (net::|the server responded with a status of (401|50[23]))/;

/** The title of the problem `token_expired`. */
const TOKEN_EXPIRED = "The access token has expired";

/** Three replicas over one PostgreSQL, behind a load balancer. */
export interface BrowserReplicas extends ReplicatedService {
  readonly url: string;
  readonly postgres: PostgresServer;
}

interface Fixtures {
  pageErrors: PageErrors;
  /** Opens a new browser, signed in and on the home page. */
  browserOf: (user: TestUser) => Promise<Page>;
  /** The owner of a new account. */
  ada: TestUser;
}

/** Playwright's `test` with replicas. Page errors other than failed requests fail the test. */
export const test = base.extend<Fixtures, { service: BrowserReplicas }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const postgres = await startPostgres({ flags: ["-c", "fsync=off"] });
      try {
        const replicated = await startReplicatedService({
          DATABASE_URL: postgres.url,
          CURFEW_SECRET: randomBytes(32).toString("base64"),
          // Short, so that pages refresh often.
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
  pageErrors: async ({ service }, use) => {
    const pageErrors = createPageErrors(() => service.url);
    pageErrors.allow(EXPECTED_FAILURES);
    await use(pageErrors);
    expect(pageErrors.unexpected(), "unexpected page errors").toEqual([]);
  },
  browserOf: async ({ browser, contextOptions, service, pageErrors }, use) => {
    const contexts: BrowserContext[] = [];
    const refusals: string[] = [];
    await use(async (user) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: service.url });
      contexts.push(context);
      pageErrors.watch(context);
      let hasSignedOut = false;
      context.on("request", (request) => {
        hasSignedOut ||= request.url().endsWith("/api/auth/logout");
      });
      // The console does not say why a call got a 401. A signed-out browser may try a refresh, and have other calls under way.
      context.on("response", (response) => {
        if (hasSignedOut) return;
        if (response.status() === 401 && !isTokenExpiry(response) && !response.url().endsWith("/refresh"))
          refusals.push(`${response.request().method()} ${response.url()}`);
      });
      const page = await context.newPage();
      await signIn(page, user);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(refusals, "calls refused with a 401").toEqual([]);
  },
  ada: async ({ service }, use) => use(await newOwner(service)),
});

/**
 * A slow call can arrive with an access token that expired on the way, since tokens live ten seconds here. The client
 * refreshes and repeats it; this is not a sign-out.
 */
const isTokenExpiry = (response: Response): boolean =>
  response.headers()["www-authenticate"]?.includes(`"${TOKEN_EXPIRED}"`) === true;

/** Collects the signs of a sign-out from now on: navigations to the sign-in page, and 401 responses. */
export function watchSignOuts(context: BrowserContext): readonly string[] {
  const signals: string[] = [];
  context.on("response", (response) => {
    if (response.status() === 401 && !isTokenExpiry(response))
      signals.push(`401 of ${response.request().method()} ${response.url()}`);
  });
  const watchPage = (page: Page): void => {
    page.on("framenavigated", (frame) => {
      if (new URL(frame.url()).pathname === "/login") signals.push(`navigated to ${frame.url()}`);
    });
  };
  for (const page of context.pages()) watchPage(page);
  context.on("page", watchPage);
  return signals;
}

export { expect };
