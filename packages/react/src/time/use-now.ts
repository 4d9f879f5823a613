import { useCallback, useSyncExternalStore } from "react";
import { useCurfew } from "../session/context.js";

/** Fine enough for texts in minutes and for pictures. */
export const STEP_MS = 10_000;

/**
 * The server's clock in steps, in milliseconds since the Unix epoch. Renders again at each step and when the page
 * becomes visible.
 *
 * @param stepMs the step in milliseconds
 * @param anchorMs aligns the steps to this time, so that a countdown to it ends exactly
 * @example const secondsLeft = (deadline - useNow(1000, deadline)) / 1000;
 */
export function useNow(stepMs: number, anchorMs = 0): number {
  const session = useCurfew();
  const subscribe = useCallback(
    (listener: () => void) =>
      onTick(() => {
        const intoStep = (((session.now() - anchorMs) % stepMs) + stepMs) % stepMs;
        return Math.max(1, stepMs - intoStep);
      }, listener),
    [session, stepMs, anchorMs],
  );
  const getNow = () => anchorMs + Math.floor((session.now() - anchorMs) / stepMs) * stepMs;
  return useSyncExternalStore(subscribe, getNow, getNow);
}

/**
 * Calls `listener` again and again, and when the page becomes visible, since timers of hidden pages are throttled.
 *
 * @param delayMs returns the time until the next call, in milliseconds
 * @returns ends it
 */
export function onTick(delayMs: () => number, listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const schedule = () => {
    timer = setTimeout(() => {
      listener();
      schedule();
    }, delayMs());
  };
  schedule();
  document.addEventListener("visibilitychange", listener);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", listener);
  };
}
