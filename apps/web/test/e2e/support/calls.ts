import type { BrowserContext } from "@playwright/test";

/** Counts a browser's calls of a path in all of its tabs, from now on. */
export function countCalls(context: BrowserContext, path: string): { count(): number } {
  let count = 0;
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === path) count += 1;
  });
  return { count: () => count };
}
