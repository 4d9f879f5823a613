import type { Activity } from "../session/ports.js";

/** Elements whose events are not activity: the buttons of the expiry notice call the session themselves. */
const IGNORED = "[data-curfew-ignore-activity]";

/** A video, any other element, or a document; other targets have none of the members. */
type Target = HTMLVideoElement & Pick<Document, "scrollingElement">;

/** Whether a video plays in the window, with sound and not in a loop. */
function isWatched(video: HTMLVideoElement): boolean {
  const { top, bottom } = video.getBoundingClientRect();
  const { paused, muted, loop, volume, videoWidth } = video;
  return (
    !(paused || muted || loop) &&
    volume * videoWidth * bottom > 0 &&
    top < video.ownerDocument.documentElement.clientHeight
  );
}

/** Reads what an event of a page tells of a person at work; null: nothing. */
export function createActivityReader(): (event: Event) => Activity | null {
  let pointer: string;
  const tests: Record<string, (target: Target, event: PointerEvent) => unknown> = {
    // Browsers report a move when the page moves under the pointer, and some programs do to keep a computer awake.
    pointermove(_, { clientX, clientY }) {
      const before = pointer;
      pointer = `${clientX} ${clientY}`;
      return pointer !== before;
    },
    click: (_, { isTrusted }) => isTrusted,
    // Logs and chats follow their end by themselves.
    scrollend(target) {
      const { scrollTop, clientHeight, scrollHeight } = target.scrollingElement ?? target;
      return scrollHeight - scrollTop - clientHeight > 1;
    },
    timeupdate: (video) => !document.hidden && isWatched(video),
    load: () => false,
    blur: () => false,
  };
  return (event) => {
    const { type } = event;
    const target = event.target as Target;
    const isActivity = tests[type]?.(target, event as PointerEvent) ?? true;
    if (!isActivity || target.closest?.(IGNORED)) return null;
    return { deliberate: !/pointermove|timeupdate/.test(type) };
  };
}
