import { useTexts } from "../provider/context.js";
import { bubbleShift } from "./bubble-shift.js";
import { clockTime, exactTime } from "./clock-time.js";
import { relativeWords } from "./relative-words.js";
import { STEP_MS, useNow } from "./use-now.js";

/**
 * A moment in words that are kept current by the server's clock; the exact time shows on hover and focus.
 *
 * @param at RFC 3339
 * @param words what stands around the time: 'signed in 2 days ago'
 * @param as `relative` writes '2 days ago', `clock` writes '14:32', with the day where it is another
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
  const time = as === "clock" ? clockTime(texts.locale, atMs, now) : relativeWords(texts, atMs, now);
  return (
    <time
      className="curfew-moment"
      dateTime={at}
      title={exactTime(texts.locale, atMs)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time is there for those who use the keyboard too
      tabIndex={0}
      onFocus={({ currentTarget: time }) => {
        const shift = bubbleShift(time.getBoundingClientRect().left, document.documentElement.clientWidth);
        time.style.setProperty("--curfew-shift", `${shift}px`);
      }}
    >
      {words(time)}
    </time>
  );
}
