import type { Activity } from "../session/ports.js";

/** Elements whose events are not activity: the buttons of the expiry notice call the session themselves. */
const IGNORED = "[data-curfew-ignore-activity]";

/** Whether a video plays in the window, with sound and not in a loop. */
function isWatched(video: HTMLVideoElement): boolean {
  const { top, bottom } = video.getBoundingClientRect();
  const { paused, muted, loop, volume, videoWidth } = video;
  return (
    !(paused || muted || loop) &&
    volume > 0 &&
    videoWidth > 0 &&
    bottom > 0 &&
    top < video.ownerDocument.documentElement.clientHeight
  );
}

/** Creates the function that decides whether an event of the page is activity of a person; null if it is not. */
export function createActivityReader(): (event: Event) => Activity | null {
  let pointer: string;
  const tests: Record<string, (target: HTMLVideoElement, event: PointerEvent) => unknown> = {
    // Browsers report a move when the page moves under the pointer, and some programs do to keep a computer awake.
    pointermove(_, { clientX, clientY }) {
      const before = pointer;
      pointer = `${clientX} ${clientY}`;
      return pointer !== before;
    },
    click: (_, { isTrusted }) => isTrusted,
    // Logs and chats follow their end by themselves. Pages are scrolled by scripts too: navigations, and the expiry notice.
    scrollend: ({ scrollTop, clientHeight, scrollHeight }) => scrollHeight - scrollTop - clientHeight > 1,
    timeupdate: (video) => !document.hidden && isWatched(video),
  };
  return (event) => {
    const { type } = event;
    // Or any other element, or a document, which lacks what is read here.
    const target = event.target as HTMLVideoElement;
    const isActivity = tests[type]?.(target, event as PointerEvent) ?? true;
    if (!isActivity || target.closest?.(IGNORED)) return null;
    return { deliberate: !/pointermove|timeupdate/.test(type) };
  };
}
