import { RateLimiterMemory } from "rate-limiter-flexible";
import type { FailureCounter } from "./failure-counter.js";

/**
 * Counts failures in this process's memory. A key goes when its window closes, and each took a checked password to
 * make, so there are never more than passwords can be checked in one window.
 *
 * @param windowSeconds how long a window is open
 */
export function createMemoryFailureCounter(windowSeconds: number): FailureCounter {
  const limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowSeconds });
  return {
    async read(key) {
      const record = await limiter.get(key);
      return record === null || record.msBeforeNext <= 0
        ? { failures: 0, resetsInMs: 0 }
        : { failures: record.consumedPoints, resetsInMs: record.msBeforeNext };
    },
    async add(key) {
      await limiter.penalty(key);
    },
  };
}
