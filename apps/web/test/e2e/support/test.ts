import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import type { StateContext } from "../states/state.js";
import { createPageErrors, type PageErrors } from "./page-errors.js";
import { startService, type TestService } from "./service.js";
import { signIn } from "./sign-in.js";
import { createPendingCalls, createTime, type PendingCalls, type Time } from "./time.js";
import { newMember, newOwner, type TestUser } from "./users.js";

/** The hours (UTC) in which a test may start, so that its events fall on one day in the pages' time zone. */
const FIRST_HOUR = 6;
const LAST_HOUR = 14;

interface Fixtures {
  /** Moves the service's time to the next morning if it is too late in the day, so that no test depends on when it runs. */
  startInMorning: undefined;
  pageErrors: PageErrors;
  pendingCalls: PendingCalls;
  time: Time;
  /** The context in which the states of `states/` are set up. */
  stateContext: StateContext;
  /** Opens another browser with its own cookies. */
  newBrowser: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** The owner and a member of a new account. */
  ada: TestUser;
  grace: TestUser;
  /** Ada's browser, signed in and on the home page. */
  owner: Page;
  /** Grace's browser, signed in and on the home page. */
  member: Page;
}

/** Playwright's `test` with a service whose clock the test controls. Unexpected page errors fail the test. */
export const test = base.extend<Fixtures, { service: TestService }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const service = await startService();
      await use(service);
      await service.stop();
    },
    { scope: "worker" },
  ],
  startInMorning: [
    async ({ service }, use) => {
      const now = new Date(await service.now());
      const hour = now.getUTCHours();
      if (hour < FIRST_HOUR || hour >= LAST_HOUR) {
        const morning = now.setUTCHours(hour < FIRST_HOUR ? FIRST_HOUR : 24 + FIRST_HOUR, 0, 0, 0);
        await service.advance(morning - (await service.now()));
      }
      await use(undefined);
    },
    { auto: true },
  ],
  baseURL: ({ service }, use) => use(service.url),
  pageErrors: async ({ service }, use) => {
    const pageErrors = createPageErrors(() => service.url);
    await use(pageErrors);
    expect(pageErrors.unexpected(), "unexpected page errors").toEqual([]);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
  pendingCalls: ({}, use) => use(createPendingCalls()),
  newBrowser: async ({ browser, contextOptions, service, pageErrors, pendingCalls }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: service.url, ...options });
      contexts.push(context);
      await prepare(context, { service, pageErrors, pendingCalls });
      return context;
    });
    for (const context of contexts) await context.close();
  },
  context: async ({ context, service, pageErrors, pendingCalls }, use) => {
    await prepare(context, { service, pageErrors, pendingCalls });
    await use(context);
  },
  time: ({ browser, service, pendingCalls }, use) => use(createTime(browser, service, pendingCalls)),
  stateContext: async ({ service, time, pageErrors, newBrowser }, use) => {
    await use({ service, time, pageErrors, newPage: async () => (await newBrowser()).newPage() });
  },
  ada: async ({ service }, use) => use(await newOwner(service)),
  grace: async ({ service, ada }, use) => use(await newMember(service, ada)),
  owner: async ({ page, ada }, use) => {
    await signIn(page, ada);
    await use(page);
  },
  member: async ({ newBrowser, grace }, use) => {
    const page = await (await newBrowser()).newPage();
    await signIn(page, grace);
    await use(page);
  },
});

/** Sets a browser's clock to the service's time; from there it runs as usual and moves ahead with the service's. */
async function prepare(
  context: BrowserContext,
  {
    service,
    pageErrors,
    pendingCalls,
  }: Pick<Fixtures, "pageErrors" | "pendingCalls"> & { service: TestService },
): Promise<void> {
  pageErrors.watch(context);
  pendingCalls.watch(context);
  await context.clock.install({ time: await service.now() });
}

export { expect };
