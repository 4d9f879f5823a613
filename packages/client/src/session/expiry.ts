import type { Session } from "../api/contract.js";
import type { Expiry } from "./model.js";

/** The deadline of a session that comes first: all of the wire's times are in UTC and equally long, so they sort as text. */
export const nearerDeadline = ({ absolute_expires_at, idle_expires_at }: Session) =>
  absolute_expires_at <= idle_expires_at
    ? ({ reason: "absolute", expires_at: absolute_expires_at } as const)
    : ({ reason: "idle", expires_at: idle_expires_at } as const);

/**
 * How near a session's end is: at the nearer of its deadlines, of equal ones the absolute one.
 *
 * @param nowMs the server's time, milliseconds since the Unix epoch
 * @param warningMs how long before a deadline to warn, in milliseconds
 * @param dismissed the deadline whose warning the person has put away
 * @param atWork the person is touching the page and a refresh is on its way: no idle warning then
 */
export function expiryOf(
  session: Session,
  nowMs: number,
  warningMs: number,
  dismissed: string | null,
  atWork: boolean,
): Expiry {
  const { reason, expires_at } = nearerDeadline(session);
  const remaining_ms = Math.max(0, Date.parse(expires_at) - nowMs);
  const isNear = remaining_ms <= warningMs && !(atWork && reason === "idle" && remaining_ms > 0);
  return {
    warning: !isNear ? "none" : remaining_ms > 0 ? "soon" : "now",
    reason: isNear ? reason : null,
    remaining_ms,
    expires_at,
    dismissed: dismissed === expires_at,
  };
}
