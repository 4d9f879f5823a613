import type { BrowserContext, Page } from "@playwright/test";

/** Watches what a page must not do, and what it says on the console. */
export interface Guard {
  /** From here on, console lines and page errors like this are no fault: the test brings them about. */
  allow(pattern: RegExp): void;
  watch(context: BrowserContext): void;
  /** All that was seen and not allowed. */
  faults(): readonly string[];
}

/** A line for each answer of 400 and more, and for each call that did not come through: Chromium writes it itself. */
export const REFUSED = /Failed to load resource/;

/** A browser that nobody has signed in with asks once who is signed in, and is told that nobody is. */
const NOBODY = /status of 401 .*\/api\/auth\/refresh/;

/** @param origin the only one that may be asked */
export function createGuard(origin: () => string): Guard {
  const allowed: RegExp[] = [NOBODY];
  const seen: string[] = [];
  const note = (fault: string): void => {
    if (!allowed.some((pattern) => pattern.test(fault))) seen.push(fault);
  };
  const watchPage = (page: Page): void => {
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => note(`uncaught: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol !== "data:" && url.protocol !== "blob:" && url.origin !== origin())
        note(`asked another host: ${request.url()}`);
    });
  };
  return {
    allow: (pattern) => void allowed.push(pattern),
    watch(context) {
      for (const page of context.pages()) watchPage(page);
      context.on("page", watchPage);
    },
    faults: () => seen,
  };
}
