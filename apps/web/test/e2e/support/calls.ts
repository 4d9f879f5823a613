import type { BrowserContext } from "@playwright/test";

/** How often a browser has asked for a path, in all of its tabs. */
export interface Calls {
  count(): number;
  /** Begins to count anew. */
  forget(): void;
}

/** Counts the calls of one path from here on. */
export function countCalls(context: BrowserContext, path: string): Calls {
  let count = 0;
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === path) count += 1;
  });
  return {
    count: () => count,
    forget: () => {
      count = 0;
    },
  };
}
