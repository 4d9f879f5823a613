/**
 * Returns the rows of `Dialect.rows` as JSON. PostgreSQL refuses half of a surrogate pair in JSON, so it becomes the character
 * that it becomes in a parameter of its own.
 */
export const toJsonRows = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_, value: unknown) =>
    typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\uFFFD") : value,
  );
