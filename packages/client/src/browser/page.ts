import type { Activity } from "../session/ports.js";

const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"];

/** An element whose touches are not the page's: the notice, whose buttons say themselves what they do. */
const IGNORED = "[data-curfew-ignore-activity]";

type Hear = (event: Event) => void;

/** Listens to those events, before the page can stop them, until what it returns is called. */
function onEvents(...listeners: readonly [EventTarget, readonly string[], Hear][]): () => void {
  const end = new AbortController();
  for (const [target, types, hear] of listeners)
    for (const type of types)
      target.addEventListener(type, hear, { capture: true, passive: true, signal: end.signal });
  return () => end.abort();
}

/** Whether the person can see this page. */
export const isVisible = (): boolean => document.visibilityState === "visible";

/** Calls `listener` when the person touches this page: deliberately, or by mere pointer movement. */
export const onActivity = (listener: (activity: Activity) => void): (() => void) =>
  onEvents([
    window,
    TOUCHES,
    ({ type, target }) => {
      if (!(target as Partial<Element> | null)?.closest?.(IGNORED))
        listener({ deliberate: type !== "pointermove" });
    },
  ]);

/** Calls `listener` when the page is seen again, comes back from the back-forward cache, or the network returns. */
export const onReturn = (listener: () => void): (() => void) =>
  onEvents(
    [document, ["visibilitychange"], () => isVisible() && listener()],
    [window, ["pageshow"], (event) => (event as PageTransitionEvent).persisted && listener()],
    [window, ["online"], () => listener()],
  );
