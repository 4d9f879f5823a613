import type { Proof } from "../curfew.js";
import { fateOf } from "./fate.js";
import type { EndedFate, SessionSnapshot } from "./model.js";

/** Why a refresh got no answer at first; `live` means that it should have had one, so it is tried again. */
export type RefreshDecision =
  | { readonly kind: "live" }
  | { readonly kind: "ended"; readonly fate: EndedFate }
  /** Bound, and not shown to be in the hands of its key. Nothing else changes. */
  | { readonly kind: "unproven"; readonly fault: "invalid_proof" | "use_dpop_nonce" }
  /** Two parties hold tokens of an unbound session. */
  | { readonly kind: "reused" }
  /** The token is newer than its session: the database went back in time. */
  | { readonly kind: "from_the_future" };

/**
 * Decides about a genuine refresh token (RFC 9700 §4.14.2; RFC 9449 §5).
 *
 * @param snapshot the session as it stands
 * @param presented the token's generation, and the proof that came with it; null where none did
 * @param graceMs how long after a rotation the token before may still be presented, in milliseconds
 */
export function decideRefresh(
  snapshot: SessionSnapshot,
  presented: { generation: number; proof: Proof | null },
  graceMs: number,
): RefreshDecision {
  const fate = fateOf(snapshot);
  if (fate.state !== "live") return { kind: "ended", fate };
  const { session, now } = snapshot;
  if (session.keyThumbprint !== null) {
    const fault = proofFault(presented.proof, session.keyThumbprint);
    if (fault !== null) return { kind: "unproven", fault };
  }
  const behind = session.generation - presented.generation;
  if (behind < 0) return { kind: "from_the_future" };
  if (session.keyThumbprint !== null || behind === 0) return { kind: "live" };
  const withinGrace = session.rotatedAt !== null && now - session.rotatedAt < graceMs;
  return behind === 1 && withinGrace ? { kind: "live" } : { kind: "reused" };
}

/** What is wrong with the proof of a bound session; null where it is of the session's key. */
export function proofFault(
  proof: Proof | null | undefined,
  keyThumbprint: string,
): "invalid_proof" | "use_dpop_nonce" | null {
  if (!proof) return "invalid_proof";
  if ("fault" in proof) return proof.fault;
  return proof.thumbprint === keyThumbprint ? null : "invalid_proof";
}
