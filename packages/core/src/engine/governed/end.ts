import { isOpening } from "../../arguments/sessions.js";
import type { Governed, GovernedKey } from "../../curfew-governed.js";
import { isCurfewError } from "../../errors.js";
import { governedSessionId } from "../../session/governed-id.js";
import { hostMomentsOf } from "../../session/host-times.js";
import { hostUserOf } from "../../session/host-user.js";
import { deviceOf } from "../../session/session.js";
import type { EngineContext } from "../context.js";
import { endRead } from "../revoke.js";
import { keyOf } from "./known-sessions.js";
import type { Opening } from "./open.js";

/** Creates `Governed.end`. */
export function createEnd(
  context: Pick<EngineContext, "store" | "readSettled" | "feed">,
  open: (input: Opening) => Promise<unknown>,
): Governed["end"] {
  const read = ({ accountId, hostSessionId }: GovernedKey) =>
    context.readSettled(accountId, governedSessionId(accountId, hostSessionId));

  return async (input, { reason = "signed_out", actor, ip } = {}) => {
    const key = keyOf(input);
    const opening: Opening | null = isOpening(input)
      ? { ...key, ...hostMomentsOf(input), user: hostUserOf(input.user), device: deviceOf(input.device) }
      : null;
    let settled = await read(key);
    if (settled === null && opening !== null) {
      // Or else a first sight that is under way, or a copy of the cookie, would begin it.
      await openUnlessOver(open, opening);
      settled = await read(key);
    }
    if (settled === null || settled.fate.state !== "live") return;
    await endRead(context, settled.snapshot, {
      reason,
      actorId: actor === undefined ? settled.snapshot.user.id : actor.userId,
      ip: ip ?? actor?.ip ?? null,
    });
  };
}

async function openUnlessOver(open: (input: Opening) => Promise<unknown>, input: Opening): Promise<void> {
  try {
    await open(input);
  } catch (error) {
    const isOver =
      isCurfewError(error, "session_expired") ||
      isCurfewError(error, "session_revoked") ||
      isCurfewError(error, "user_disabled");
    if (!isOver) throw error;
  }
}
