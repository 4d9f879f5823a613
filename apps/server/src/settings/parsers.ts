/** What became of a text: its value, or what is wrong with it. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/** Reads the text of one variable; undefined is an absent one. */
export type Parser<Value> = (text: string | undefined) => Parsed<Value>;

export const good = <Value>(value: Value): Parsed<Value> => ({ ok: true, value });

export const bad = (message: string): { ok: false; message: string } => ({ ok: false, message });

/** Reads what is there with `parse`, and takes `fallback` where nothing is. */
export function optional<Value, const Fallback>(
  parse: (text: string) => Parsed<Value>,
  fallback: Fallback,
): Parser<Value | Fallback> {
  return (text) => (text === undefined ? good(fallback) : parse(text));
}

/** Any text. */
export const anyText = (text: string): Parsed<string> => good(text);

/** A whole number from `min` to `max`, in decimal digits. */
export function wholeNumber(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = Number(text);
    return /^\d{1,15}$/.test(text) && value >= min && value <= max
      ? good(value)
      : bad(`must be a whole number from ${min} to ${max}`);
  };
}

/** One of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Parsed<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    return word === undefined ? bad(`must be one of ${words.join(", ")}`) : good(word);
  };
}

/** Several values with commas between them, spaces around each ignored; empty items are a fault. */
export function commaSeparated<Value>(
  parse: (text: string) => Parsed<Value>,
): (text: string) => Parsed<readonly Value[]> {
  return (text) => {
    const values: Value[] = [];
    for (const item of text.split(",")) {
      const parsed = parse(item.trim());
      if (!parsed.ok) return parsed;
      values.push(parsed.value);
    }
    return good(values);
  };
}
