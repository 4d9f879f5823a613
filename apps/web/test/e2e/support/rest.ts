import { type BrowserContext, expect, type Page, type Request } from "@playwright/test";

/** Knows when no page waits for word of its session. */
export interface Rest {
  watch(context: BrowserContext): void;
  /**
   * Waits, for two seconds at most, until each page has the answers that it asked for: a call that left before a jump of the time
   * would reach the service after it, with a token that is too old or with word of activity that counts for a later moment.
   */
  untilAtRest(pages: readonly Page[]): Promise<void>;
}

/** Those that carry a token or bring one; of an event stream the answer is its beginning. */
const isAboutSession = (request: Request): boolean =>
  new URL(request.url()).pathname.startsWith("/api/auth/");

const WAIT_MS = 2_000;

export function createRest(): Rest {
  const unanswered = new Set<Request>();
  const answered = (request: Request): void => void unanswered.delete(request);
  return {
    watch(context) {
      context.on("request", (request) => {
        if (isAboutSession(request)) unanswered.add(request);
      });
      context.on("response", (response) => answered(response.request()));
      context.on("requestfailed", answered);
    },
    async untilAtRest(pages) {
      const isAsking = async () =>
        unanswered.size > 0 || (await Promise.all(pages.map(isInLine))).includes(true);
      await expect
        .poll(isAsking, { timeout: WAIT_MS })
        .toBe(false)
        .catch(() => undefined);
    },
  };
}

/** Whether a page holds the lock around its calls about the session, or waits for it. */
const isInLine = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = (await navigator.locks?.query()) ?? {};
    return [...held, ...pending].some(({ name }) => name === "curfew-auth");
  });
