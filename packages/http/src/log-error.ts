/** Writes an unexpected error where a server's errors go, for a host that takes none: what callers are answered does not tell the cause. */
export function logError(error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: a library has no other log, and a 503 does not tell its cause
  console.error("Curfew:", error);
}
