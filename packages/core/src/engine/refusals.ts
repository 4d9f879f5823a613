import { CurfewError } from "../errors.js";
import type { EndedFate } from "../session/model.js";

/** What an ended session's holder is told. */
export function endedError(fate: EndedFate): CurfewError<"session_expired"> | CurfewError<"session_revoked"> {
  return fate.state === "expired"
    ? new CurfewError("session_expired", { endedAt: fate.endedAt, reason: fate.reason })
    : new CurfewError("session_revoked", { endedAt: fate.endedAt, reason: fate.reason });
}

export const unauthenticated = (): CurfewError<"unauthenticated"> => new CurfewError("unauthenticated", {});
export const notFound = (): CurfewError<"not_found"> => new CurfewError("not_found", {});

/** Every attempt lost its race; the caller may try again at once. */
export const contended = (): CurfewError<"unavailable"> =>
  new CurfewError("unavailable", { retryAfterSeconds: 1 }, { message: "too much contention" });
