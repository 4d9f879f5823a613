import { type Curfew, isCurfewError } from "@curfew/core";
import type { Call } from "../call.js";

/** Passes an error to the host. */
type Report = (error: unknown, c: Call) => void;

const QUIET_MS = 1_000;

/**
 * Creates the function that passes on what an engine throws whose database can't answer, and nothing else: the first of each second,
 * since every call meets the same outage.
 */
export function createOutageReport({ now }: Pick<Curfew, "now">, report: Report): Report {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (error, c) => {
    if (!isCurfewError(error, "unavailable")) return;
    const at = now();
    // A clock may be set back.
    if (Math.abs(at - reportedAt) < QUIET_MS) return;
    reportedAt = at;
    report(error, c);
  };
}
