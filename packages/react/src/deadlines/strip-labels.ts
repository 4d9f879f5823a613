/** A word above the band: `at` in percent of the width, and which end of the word stands there. */
export interface StripLabel {
  readonly at: number;
  readonly anchor: "start" | "middle" | "end";
}

/** Both are told apart at the least width: a band of 240 px, as on a page of 320, with letters of 8 px. */
const PERCENT_A_LETTER = (100 * 8) / 240;
const GAP = 2 * PERCENT_A_LETTER;

const extent = ({ at, anchor }: StripLabel, width: number): [from: number, to: number] => {
  if (anchor === "start") return [at, at + width];
  return anchor === "end" ? [at - width, at] : [at - width / 2, at + width / 2];
};

/**
 * Places 'now' to the left of its tick and the idle deadline's time to the right of its own, as far as there is room;
 * where the two would touch, 'now' is left out.
 *
 * @param now where its tick stands, in percent
 * @param idle where the idle deadline stands, in percent; null where it has no label of its own
 * @param letters how long the two words are
 * @example stripLabels(50, 60, { now: 3, idle: 5 }).now // { at: 50, anchor: "end" }
 */
export function stripLabels(
  now: number,
  idle: number | null,
  letters: { readonly now: number; readonly idle: number },
): { readonly now: StripLabel | null; readonly idle: StripLabel | null } {
  const nowWidth = letters.now * PERCENT_A_LETTER;
  const idleWidth = letters.idle * PERCENT_A_LETTER;
  const nowLabel: StripLabel = { at: now, anchor: now >= nowWidth ? "end" : "start" };
  if (idle === null) return { now: nowLabel, idle: null };
  const idleLabel: StripLabel = { at: idle, anchor: idle + idleWidth <= 100 ? "start" : "end" };
  const [nowFrom, nowTo] = extent(nowLabel, nowWidth);
  const [idleFrom, idleTo] = extent(idleLabel, idleWidth);
  const isApart = nowTo + GAP <= idleFrom || idleTo + GAP <= nowFrom;
  return { now: isApart ? nowLabel : null, idle: idleLabel };
}
