import { type EndedFate, fateOf, type SessionSnapshot } from "./session.js";

/** A DPoP proof as the host verified it (RFC 9449): the thumbprint of its key, or its fault. */
export type Proof = { readonly thumbprint: string } | { readonly fault: ProofFault };

export type ProofFault = "invalid_proof" | "use_dpop_nonce";

/** Why a refresh found no row to update. */
export type RefreshDecision =
  /** The refresh is allowed: the caller retries it. */
  | { readonly kind: "live" }
  | { readonly kind: "ended"; readonly fate: EndedFate }
  /** The session is bound and the proof of its key is missing or wrong. The session is unchanged. */
  | { readonly kind: "unproven"; readonly fault: ProofFault }
  /** Two parties hold tokens of an unbound session. */
  | { readonly kind: "reused" }
  /** The token is newer than its session: the database was restored from the past. */
  | { readonly kind: "from_the_future" };

/**
 * Decides about a genuine refresh token (RFC 9700 §4.14.2; RFC 9449 §5).
 *
 * @param snapshot the session's current state
 * @param presented the token's generation, and its proof; null without one
 * @param graceMs how long after a rotation the previous token is accepted, in milliseconds
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
  const isWithinGrace = session.rotatedAt !== null && now - session.rotatedAt < graceMs;
  return behind === 1 && isWithinGrace ? { kind: "live" } : { kind: "reused" };
}

/** Returns the fault of a proof for a bound session; null if it proves possession of the session's key. */
export function proofFault(proof: Proof | null | undefined, keyThumbprint: string): ProofFault | null {
  if (!proof) return "invalid_proof";
  if ("fault" in proof) return proof.fault;
  return proof.thumbprint === keyThumbprint ? null : "invalid_proof";
}
