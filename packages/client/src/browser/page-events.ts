import { orNull } from "../or-null.js";
import type { Activity } from "../session/ports.js";
import { createActivityReader } from "./activity-reader.js";

/**
 * What a person at work causes. Touch screens report touches as pointer events, except scrolling, which is `touchmove`. Input
 * methods and voice recognisers insert text without keys, and screen readers click and scroll without a pointer. A frame that
 * loads or takes the focus causes the last two.
 */
const ACTIVITY_EVENTS =
  "pointerdown pointermove keydown wheel touchmove beforeinput input click drop scrollend timeupdate load blur";

/** Listens on a window in the capture phase, before the page can stop an event. Windows see no `load` of a frame. */
function onEvents(
  types: string,
  listener: (event: Event) => void,
  signal: AbortSignal,
  view: Window = window,
): void {
  for (const type of types.split(" "))
    (type === "load" ? view.document : view).addEventListener(type, listener, {
      capture: true,
      passive: true,
      signal,
    });
}

export const isVisible = (): boolean => !document.hidden;

/**
 * Calls `listener` for user activity on this page and in its frames of the same origin. Frames come and go: they are looked for
 * at the start, and when one loads or takes the focus. Adding a listener twice has no effect, and a frame that goes takes its
 * listeners along.
 */
export function onActivity(listener: (activity: Activity) => void, stopped: AbortSignal): void {
  const read = createActivityReader();
  const onEvent = (event: Event): void => {
    if (/load|blur/.test(event.type)) {
      listen();
      return;
    }
    const activity = read(event);
    if (activity) listener(activity);
  };
  const listen = (view: Window = window): void => {
    onEvents(ACTIVITY_EVENTS, onEvent, stopped, view);
    // A frame of another origin throws.
    for (let index = 0; index < view.length; index++) orNull(() => listen(view[index]));
  };
  listen();
}

/** Calls `listener` when the page becomes visible, is restored from the back-forward cache, or the network returns. */
export function onReturn(listener: () => void, stopped: AbortSignal): void {
  const onEvent = ({ type, persisted }: Event & { persisted?: boolean }): void => {
    if (persisted ?? (type === "online" || isVisible())) listener();
  };
  onEvents("visibilitychange pageshow online", onEvent, stopped);
}

/** Calls `listener` when the page is about to be left. */
export const onLeave = (listener: () => void, stopped: AbortSignal): void =>
  onEvents("beforeunload", listener, stopped);
