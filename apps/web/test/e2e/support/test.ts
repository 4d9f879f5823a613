import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import type { Stage } from "../states/stage.js";
import { createGuard, type Guard } from "./guard.js";
import { newMember, newOwner, type Person } from "./people.js";
import { createRest, type Rest } from "./rest.js";
import { type MovableService, startService } from "./service.js";
import { signIn } from "./sign-in.js";

/** Time, of the service and of every open page at once. */
export interface Time {
  /** Jumps ahead, as a laptop's sleep does: what fell due meanwhile happens once. */
  advance(ms: number): Promise<void>;
}

/** When a test may begin, in UTC: so early that what it lets happen falls on the same day in the pages' time zone. */
const FIRST_HOUR = 6;
const LAST_HOUR = 14;

/** A clock can only be stopped at a moment that is still to come. */
const LEAD_MS = 300;

interface Fixtures {
  /** Turns a service's evening into the next morning, so that no test depends on when it runs. */
  daylight: undefined;
  guard: Guard;
  rest: Rest;
  time: Time;
  /** What the states of `states/` are set up with. */
  stage: Stage;
  /** Another browser with cookies of its own. */
  newBrowser: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** An account of the test's own: its owner, and whoever the test lets join. */
  ada: Person;
  grace: Person;
  /** Ada's browser, signed in, at the home page. */
  owner: Page;
  /** Grace's browser, signed in, at the home page. */
  member: Page;
}

/** Playwright's `test` with a service of which the test holds the clock; a page that complains fails the test. */
export const test = base.extend<Fixtures, { service: MovableService }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const service = await startService();
      await use(service);
      await service.stop();
    },
    { scope: "worker" },
  ],
  daylight: [
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
  guard: async ({ service }, use) => {
    const guard = createGuard(() => service.url);
    await use(guard);
    expect(guard.faults(), "what the pages complained about").toEqual([]);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
  rest: ({}, use) => use(createRest()),
  newBrowser: async ({ browser, contextOptions, service, guard, rest }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: service.url, ...options });
      contexts.push(context);
      await prepare(context, { service, guard, rest });
      return context;
    });
    for (const context of contexts) await context.close();
  },
  context: async ({ context, service, guard, rest }, use) => {
    await prepare(context, { service, guard, rest });
    await use(context);
  },
  time: async ({ browser, service, rest }, use) => {
    await use({
      async advance(ms) {
        const contexts = browser.contexts().filter((context) => context.pages().length > 0);
        const ahead = await Promise.all(contexts.map((context) => aheadOf(service, context)));
        /** Sets each browser's clock, which stands still then, to what it shows at a moment of the service's. */
        const pauseAll = (at: number) =>
          Promise.all(contexts.map(({ clock }, index) => clock.pauseAt(at + (ahead[index] ?? 0))));
        // While nothing new is asked, what was asked is answered: no call is under way when the time jumps.
        const soon = (await service.now()) + LEAD_MS;
        await pauseAll(soon);
        await rest.untilAtRest(contexts.flatMap((context) => context.pages()));
        await service.advance(ms);
        await pauseAll(Math.max(await service.now(), soon));
        await Promise.all(contexts.map(({ clock }) => clock.resume()));
      },
    });
  },
  stage: async ({ service, time, guard, newBrowser }, use) => {
    await use({ service, time, guard, newPage: async () => (await newBrowser()).newPage() });
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

/** By how much a browser's clock is ahead of the service's, in milliseconds. */
async function aheadOf(service: MovableService, context: BrowserContext): Promise<number> {
  const shown = await context.pages()[0]?.evaluate(() => Date.now());
  return (shown ?? 0) - (await service.now());
}

/** The page's clock runs as usual from the service's time on, and jumps with it. */
async function prepare(
  context: BrowserContext,
  { service, guard, rest }: Pick<Fixtures, "guard" | "rest"> & { service: MovableService },
): Promise<void> {
  guard.watch(context);
  rest.watch(context);
  await context.clock.install({ time: await service.now() });
}

export { expect };
