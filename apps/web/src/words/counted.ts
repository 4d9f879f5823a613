/**
 * A count with its noun in the right plural.
 *
 * @example counted(1, "session") // "1 session"
 */
export const counted = (count: number, noun: string): string =>
  `${count} ${new Intl.PluralRules("en").select(count) === "one" ? noun : `${noun}s`}`;
