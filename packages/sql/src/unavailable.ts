import { CurfewError } from "@curfew/core";

/** How long a caller is asked to wait before it tries again, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/** The error that callers see while the database can't answer. */
export function unavailable(message: string, cause?: unknown): CurfewError<"unavailable"> {
  return new CurfewError("unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS }, { message, cause });
}
