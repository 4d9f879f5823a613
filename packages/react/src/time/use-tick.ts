import { useEffect, useState } from "react";

/**
 * Counts up at even steps, and when the page becomes visible again: timers of a hidden page are late.
 *
 * @param everyMs the step in milliseconds
 */
export function useTick(everyMs: number): number {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const next = () => setTick((count) => count + 1);
    const onVisible = () => {
      if (document.visibilityState === "visible") next();
    };
    const timer = setInterval(next, everyMs);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [everyMs]);
  return tick;
}
