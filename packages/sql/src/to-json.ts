/**
 * Returns a value as JSON. PostgreSQL refuses half of a surrogate pair in JSON, so it becomes the character that it becomes in a
 * parameter of its own.
 *
 * @see ECMA-262 §25.5.2.3 (only half of a pair is written as an escape that begins with `\ud`)
 */
export function toJson(value: object): string {
  const json = JSON.stringify(value);
  if (!json.includes("\\ud")) return json;
  // Matches every escape, so that the second of two backslashes begins none.
  return json.replace(/\\(ud[0-9a-f]{3}|.)/g, (written, rest: string) =>
    rest.length > 1 ? "\uFFFD" : written,
  );
}
