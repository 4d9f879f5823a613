import { QueryClient } from "@tanstack/react-query";
import { retryDelayMs, shouldRetry } from "./retry.js";

/** What the pages have read. It asks the server whether the browser believes itself online or not: it may be wrong. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "always",
      retry: shouldRetry,
      retryDelay: (failureCount, error) => retryDelayMs(failureCount, error, Math.random()),
    },
    mutations: { networkMode: "always", retry: false },
  },
});
