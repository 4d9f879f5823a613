const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });

/**
 * When something was, in the person's time zone: 'at 14:32', or 'on 23 November at 14:32' where it was not today.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs the same, on the server's clock
 */
export const whenWords = (atMs: number, nowMs: number): string =>
  day.format(atMs) === day.format(nowMs)
    ? `at ${time.format(atMs)}`
    : `on ${day.format(atMs)} at ${time.format(atMs)}`;
