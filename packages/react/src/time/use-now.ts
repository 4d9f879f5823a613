import { useCallback, useSyncExternalStore } from "react";
import { useCurfew } from "../provider/context.js";

/** Often enough for words that tell minutes and for a picture, seldom enough to cost nothing. */
export const STEP_MS = 10_000;

/**
 * The server's clock in steps, milliseconds since the Unix epoch; renders again at each step and when the page becomes
 * visible again.
 *
 * @param stepMs how fine, in milliseconds
 * @param anchorMs a moment that is a step: counted down to, it is reached exactly
 * @example const secondsLeft = (deadline - useNow(1000, deadline)) / 1000;
 */
export function useNow(stepMs: number, anchorMs = 0): number {
  const session = useCurfew();
  const subscribe = useCallback(
    (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout>;
      const schedule = () => {
        const intoStep = (((session.now() - anchorMs) % stepMs) + stepMs) % stepMs;
        timer = setTimeout(tick, Math.max(1, stepMs - intoStep));
      };
      const tick = () => {
        listener();
        schedule();
      };
      schedule();
      document.addEventListener("visibilitychange", listener);
      return () => {
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", listener);
      };
    },
    [session, stepMs, anchorMs],
  );
  const read = () => anchorMs + Math.floor((session.now() - anchorMs) / stepMs) * stepMs;
  return useSyncExternalStore(subscribe, read, read);
}
