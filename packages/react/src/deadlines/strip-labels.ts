/** A word beside a tick that stands up from the band: `at` in percent of the width, and which end of the word is there. */
export interface StripLabel {
  readonly at: number;
  readonly anchor: "start" | "end";
}

/** How far a word stands off its tick. */
export const LABEL_OFF_EM = 0.4;

/** Words are told apart at the least width: a band of 240 px, as on a page of 320, with letters 8 px wide and 13 high. */
const PERCENT_A_PX = 100 / 240;
const LETTER = 8 * PERCENT_A_PX;
const OFF = 13 * LABEL_OFF_EM * PERCENT_A_PX;

/** From where to where a word of some letters reaches, in percent. */
export function labelExtent({ at, anchor }: StripLabel, letters: number): { from: number; to: number } {
  const reach = OFF + letters * LETTER;
  return anchor === "start" ? { from: at + OFF, to: at + reach } : { from: at - reach, to: at - OFF };
}

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
  const toLeft: StripLabel = { at: now, anchor: "end" };
  const nowLabel: StripLabel =
    labelExtent(toLeft, letters.now).from >= 0 ? toLeft : { at: now, anchor: "start" };
  if (idle === null) return { now: nowLabel, idle: null };
  const toRight: StripLabel = { at: idle, anchor: "start" };
  const idleLabel: StripLabel =
    labelExtent(toRight, letters.idle).to <= 100 ? toRight : { at: idle, anchor: "end" };
  const left = labelExtent(nowLabel, letters.now);
  const right = labelExtent(idleLabel, letters.idle);
  const isApart = left.to + LETTER <= right.from || right.to + LETTER <= left.from;
  return { now: isApart ? nowLabel : null, idle: idleLabel };
}
