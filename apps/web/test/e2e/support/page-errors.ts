import type { BrowserContext, Page } from "@playwright/test";

/** Collects console errors and warnings, uncaught exceptions, and requests to other hosts. */
export interface PageErrors {
  /** Ignores errors that match the pattern from now on, because the test causes them. */
  allow(pattern: RegExp): void;
  watch(context: BrowserContext): void;
  /** The errors that were not allowed. */
  unexpected(): readonly string[];
}

/** Chromium's console error for a response with status 400 or above, or a failed connection. */
export const FAILED_REQUEST = /Failed to load resource/;

/** A page in a signed-out browser tries one refresh, which gets a 401. */
const SIGNED_OUT_REFRESH = /status of 401 .*\/api\/auth\/refresh/;

/**
 * An event stream gets a 401 if a page opens it after its access token has expired. Of several tabs, one may also take the stream
 * over from another that has just been told of the session's end, before it hears of that itself.
 */
export const REFUSED_STREAM = /status of 401 .*\/api\/auth\/events/;

/** @param origin the only origin that pages may call */
export function createPageErrors(origin: () => string): PageErrors {
  const allowed: RegExp[] = [SIGNED_OUT_REFRESH];
  const errors: string[] = [];
  const record = (error: string): void => {
    if (!allowed.some((pattern) => pattern.test(error))) errors.push(error);
  };
  const isTakenOver = (page: Page, error: string): boolean =>
    page.context().pages().length > 1 && REFUSED_STREAM.test(error);
  const watchPage = (page: Page): void => {
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      const error = `console ${message.type()}: ${message.text()} (${message.location().url})`;
      if (!isTakenOver(page, error)) record(error);
    });
    page.on("pageerror", (error) => record(`uncaught: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol !== "data:" && url.protocol !== "blob:" && url.origin !== origin())
        record(`request to another host: ${request.url()}`);
    });
  };
  return {
    allow: (pattern) => void allowed.push(pattern),
    watch(context) {
      for (const page of context.pages()) watchPage(page);
      context.on("page", watchPage);
    },
    unexpected: () => errors,
  };
}
