import { type Browser, type BrowserContext, expect, type Page, type Request } from "@playwright/test";
import type { TestService } from "./service.js";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Playwright can pause a clock only at a time in the future, and on a busy machine the first lead may be too short. */
const FIRST_LEAD_MS = 300;
const LAST_LEAD_MS = 4_800;
const SETTLE_TIMEOUT_MS = 2_000;

/** Controls the time of the service and of every open page together. */
export interface Time {
  /** Moves time ahead, as a laptop's sleep does: each timer that becomes due runs once. */
  advance(ms: number): Promise<void>;
}

export function createTime(browser: Browser, service: TestService, pendingCalls: PendingCalls): Time {
  return {
    async advance(ms) {
      const contexts = browser.contexts().filter((context) => context.pages().length > 0);
      const offsets = await Promise.all(contexts.map((context) => offsetOf(service, context)));
      /** Pauses each browser's clock at the time that it shows at `at` of the service's clock. */
      const pauseAll = async (at: number): Promise<void> => {
        const pauses = contexts.map(({ clock }, index) => clock.pauseAt(at + (offsets[index] ?? 0)));
        for (const pause of await Promise.allSettled(pauses))
          if (pause.status === "rejected") throw pause.reason;
      };
      const pauseSoon = async (leadMs = FIRST_LEAD_MS): Promise<number> => {
        const at = (await service.now()) + leadMs;
        try {
          await pauseAll(at);
          return at;
        } catch (error) {
          if (leadMs >= LAST_LEAD_MS) throw error;
          return pauseSoon(leadMs * 4);
        }
      };
      // With paused clocks, pages start no calls; once the pending ones are answered, none is under way during the jump.
      const pausedAt = await pauseSoon();
      await pendingCalls.untilSettled(contexts.flatMap((context) => context.pages()));
      await service.advance(ms);
      await pauseAll(Math.max(await service.now(), pausedAt));
      await Promise.all(contexts.map(({ clock }) => clock.resume()));
    },
  };
}

/** How far a browser's clock is ahead of the service's, in milliseconds. */
async function offsetOf(service: TestService, context: BrowserContext): Promise<number> {
  const shown = await context.pages()[0]?.evaluate(() => Date.now());
  return (shown ?? 0) - (await service.now());
}

/** Tracks the calls of pages about their sessions. */
export interface PendingCalls {
  watch(context: BrowserContext): void;
  /**
   * Waits, for at most two seconds, until each page has the responses to its calls. A call that is under way during a time jump
   * would arrive with an expired token, or report activity for a later time.
   */
  untilSettled(pages: readonly Page[]): Promise<void>;
}

export function createPendingCalls(): PendingCalls {
  const unanswered = new Set<Request>();
  const settle = (request: Request): void => void unanswered.delete(request);
  return {
    watch(context) {
      context.on("request", (request) => {
        if (isSessionCall(request)) unanswered.add(request);
      });
      context.on("response", (response) => settle(response.request()));
      context.on("requestfailed", settle);
    },
    async untilSettled(pages) {
      const looksPending = async () =>
        unanswered.size > 0 || (await Promise.all(pages.map(usesSessionLock))).includes(true);
      // An answer may start the next call, as a page that has slept opens its event stream again, whose first event tells the time.
      const isPending = async () => (await looksPending()) || (await looksPending());
      await expect
        .poll(isPending, { timeout: SETTLE_TIMEOUT_MS })
        .toBe(false)
        .catch(() => undefined);
    },
  };
}

/** Whether a call sends or returns a token. An event stream is answered by its headers. */
const isSessionCall = (request: Request): boolean => new URL(request.url()).pathname.startsWith("/api/auth/");

/**
 * Whether a page holds or waits for the lock around its session calls, whose name contains the service's address. A proof is read
 * and signed before; one that is under way reaches the lock while the page does as much here.
 */
const usesSessionLock = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    // A page without an address has no session, and no storage either.
    if (window.origin === "null") return false;
    for (let turn = 0; turn < 2; turn++) {
      await window.indexedDB?.databases().catch(() => []);
      await crypto.subtle?.digest("SHA-256", new Uint8Array(1));
    }
    const { held = [], pending = [] } = (await navigator.locks?.query()) ?? {};
    return [...held, ...pending].some(({ name }) => name?.endsWith("-auth"));
  });
