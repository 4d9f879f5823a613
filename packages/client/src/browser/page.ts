import type { Activity } from "../session/ports.js";

const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"];

/** An element whose touches are not the page's: the notice, whose buttons say themselves what they do. */
const IGNORED = "[data-curfew-ignore-activity]";

/** Calls `listener` at each event of those `types` on `target`, before the page can stop it. Returns what stops it. */
function onEvents(
  target: EventTarget,
  types: readonly string[],
  listener: (event: Event) => void,
): () => void {
  const options = { capture: true, passive: true };
  for (const type of types) target.addEventListener(type, listener, options);
  return () => {
    for (const type of types) target.removeEventListener(type, listener, options);
  };
}

/** Whether the person can see this page. */
export const isVisible = (): boolean => document.visibilityState === "visible";

/** Calls `listener` when the person touches this page: deliberately, or by mere pointer movement. */
export const onActivity = (listener: (activity: Activity) => void): (() => void) =>
  onEvents(window, TOUCHES, ({ type, target }) => {
    if (!(target as Partial<Element> | null)?.closest?.(IGNORED))
      listener({ deliberate: type !== "pointermove" });
  });

/** Calls `listener` when the page is seen again, comes back from the back-forward cache, or the network returns. */
export function onReturn(listener: () => void): () => void {
  const stops = [
    onEvents(document, ["visibilitychange"], () => isVisible() && listener()),
    onEvents(window, ["pageshow"], (event) => (event as PageTransitionEvent).persisted && listener()),
    onEvents(window, ["online"], () => listener()),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
