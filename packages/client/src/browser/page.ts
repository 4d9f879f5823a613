import type { Activity } from "../session/ports.js";

/** Whatever else a touch screen tells of, it tells of with a pointer event; scrolling it does not. */
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

/** An element whose touches are not the page's: the notice, whose buttons say themselves what they do. */
const IGNORED = "[data-curfew-ignore-activity]";

/** Listens to those events, wherever on the page, before it can stop them, until what it returns is called. */
function onEvents<Heard extends Event>(types: readonly string[], hear: (event: Heard) => void): () => void {
  const end = new AbortController();
  const options = { capture: true, passive: true, signal: end.signal };
  for (const type of types) window.addEventListener(type, hear as EventListener, options);
  return () => end.abort();
}

/** Whether the person can see this page. */
export const isVisible = (): boolean => !document.hidden;

/** Calls `listener` when the person touches this page: deliberately, or by mere pointer movement. */
export const onActivity = (listener: (activity: Activity) => void): (() => void) =>
  onEvents(TOUCHES, ({ type, target }) => {
    if (!(target as Partial<Element> | null)?.closest?.(IGNORED))
      listener({ deliberate: type !== "pointermove" });
  });

/** Calls `listener` when the page is seen again, comes back from the back-forward cache, or the network returns. */
export const onReturn = (listener: () => void): (() => void) =>
  onEvents(
    ["visibilitychange", "pageshow", "online"],
    ({ type, persisted }: Event & { persisted?: boolean }) => {
      if (persisted ?? (type === "online" || isVisible())) listener();
    },
  );
