import { isCurfewProblem } from "@curfew/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";

const RETRIES_MAX = 5;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/** Whether to retry a failed query: only if the network or the server failed. */
export const shouldRetry = (failureCount: number, error: unknown): boolean =>
  failureCount < RETRIES_MAX && isCurfewProblem(error) && error.isTrouble;

/**
 * Milliseconds until the next try: exponential backoff with jitter, but not before the server's `Retry-After`.
 *
 * @param random 0 ≤ x < 1
 */
export function retryDelayMs(failureCount: number, error: unknown, random: number): number {
  const backoffMs = Math.min(FIRST_DELAY_MS * 2 ** failureCount, LONGEST_DELAY_MS) * (0.5 + random / 2);
  const retryAfterMs = isCurfewProblem(error) ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoffMs, retryAfterMs);
}

/** `networkMode: "always"` because the browser's online state may be wrong. */
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

export const queryKeys = {
  ownSessions: ["own-sessions"],
  members: ["members"],
  otherOwner: ["other-owner"],
} as const;

/** Wraps the pages that use queries. The sign-in page does not, so that its chunk goes without the library. */
export const QueryProvider = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
);
