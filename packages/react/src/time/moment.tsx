import { useSyncExternalStore } from "react";
import { useTexts } from "../session/context.js";
import { formatClock, formatExact, formatRelative } from "./format.js";
import { STEP_MS, useNow } from "./use-now.js";

/**
 * A time in words, updated by the server's clock. Hover and focus show the exact time.
 *
 * @param at RFC 3339
 * @param words adds text around the time: 'signed in 2 days ago'
 * @param as `relative` formats '2 days ago'; `clock` formats '14:32', with the day unless it is today
 * @example <Moment at={user.last_login_at} words={(relative) => `signed in ${relative}`} />
 */
export function Moment({
  at,
  words = (time) => time,
  as = "relative",
}: {
  at: string;
  words?: (time: string) => string;
  as?: "relative" | "clock";
}) {
  const texts = useTexts();
  const atMs = Date.parse(at);
  const now = useNow(STEP_MS, atMs);
  const time = as === "clock" ? formatClock(texts.locale, atMs, now) : formatRelative(texts, atMs, now);
  // A server has another clock and time zone: the browser's own element replaces its.
  const isServers = useSyncExternalStore(neverChanges, isInBrowser, isOnServer);
  return (
    <time
      key={String(isServers)}
      suppressHydrationWarning
      className="curfew-moment"
      dateTime={at}
      title={formatExact(texts.locale, atMs)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need the exact time too
      tabIndex={0}
      onFocus={({ currentTarget: element }) => {
        const shift = bubbleShift(element.getBoundingClientRect().left, document.documentElement.clientWidth);
        element.style.setProperty("--curfew-shift", `${shift}px`);
      }}
    >
      {words(time)}
    </time>
  );
}

const neverChanges = () => () => {};
const isInBrowser = () => false;
const isOnServer = () => true;

const EDGE_PX = 8;
const MAX_WIDTH_PX = 280;

/**
 * Returns the horizontal offset, in pixels, that keeps the bubble with the exact time on the page: 0 or negative.
 *
 * @param leftPx left edge of the element, from the left edge of the page
 * @param pageWidthPx width of the page
 */
export function bubbleShift(leftPx: number, pageWidthPx: number): number {
  const widthPx = Math.min(MAX_WIDTH_PX, 0.8 * pageWidthPx);
  return Math.min(0, pageWidthPx - EDGE_PX - widthPx - leftPx);
}
