/** Something to be written beneath the day; `at` in percent of its width. */
export interface DayLabel {
  readonly at: number;
  readonly text: string;
}

/**
 * Leaves out what would run into a label before it in the list, so that the first are the ones that stay.
 *
 * @param labels in the order of their weight
 * @param gap how far two may stand from one another at least, in percent of the width
 */
export function placeLabels<Label extends DayLabel>(labels: readonly Label[], gap: number): Label[] {
  const placed: Label[] = [];
  for (const label of labels)
    if (placed.every((other) => Math.abs(other.at - label.at) >= gap)) placed.push(label);
  return placed;
}
