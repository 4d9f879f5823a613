/**
 * When something was, in the person's time zone: 'at 14:32', or 'on 23 November at 14:32' where it was not today.
 *
 * @param atMs milliseconds since the Unix epoch
 * @param nowMs the same, on the server's clock
 */
export function whenWords(atMs: number, nowMs: number): string {
  // Made here and not as the page loads, which they would hold up.
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(atMs);
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
  return day.format(atMs) === day.format(nowMs) ? `at ${time}` : `on ${day.format(atMs)} at ${time}`;
}
