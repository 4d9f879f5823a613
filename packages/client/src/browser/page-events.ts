import type { Activity } from "../session/ports.js";

/** Touch screens report touches as pointer events, except scrolling, which is `touchmove`. */
const ACTIVITY_EVENTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

/** Elements whose events are not activity: the buttons of the expiry notice call the session themselves. */
const IGNORED = "[data-curfew-ignore-activity]";

/** Listens on the window in the capture phase, before the page can stop an event. Returns a function that stops it. */
function onEvents<Type extends Event>(types: readonly string[], listener: (event: Type) => void): () => void {
  const controller = new AbortController();
  const options = { capture: true, passive: true, signal: controller.signal };
  for (const type of types) window.addEventListener(type, listener as EventListener, options);
  return () => controller.abort();
}

export const isVisible = (): boolean => !document.hidden;

/** Calls `listener` for user activity on this page; mere pointer movement is not `deliberate`. */
export const onActivity = (listener: (activity: Activity) => void): (() => void) =>
  onEvents(ACTIVITY_EVENTS, ({ type, target }) => {
    if (!(target as Partial<Element>).closest?.(IGNORED)) listener({ deliberate: type !== "pointermove" });
  });

/** Calls `listener` when the page becomes visible, is restored from the back-forward cache, or the network returns. */
export const onReturn = (listener: () => void): (() => void) =>
  onEvents(
    ["visibilitychange", "pageshow", "online"],
    ({ type, persisted }: Event & { persisted?: boolean }) => {
      if (persisted ?? (type === "online" || isVisible())) listener();
    },
  );
