/** Formats milliseconds since the Unix epoch as RFC 3339, in UTC with milliseconds. */
export const wireTime = (ms: number): string => new Date(ms).toISOString();

export const wireTimeOrNull = (ms: number | null): string | null => (ms === null ? null : wireTime(ms));
