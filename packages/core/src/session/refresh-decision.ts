import { type EndedFate, fateOf, type Session, type SessionSnapshot } from "./session.js";

/** A DPoP proof as the host verified it (RFC 9449): the thumbprint of its key, or its fault. */
export type Proof = { readonly thumbprint: string } | { readonly fault: ProofFault };

export type ProofFault = "invalid_proof" | "use_dpop_nonce";

/** How long a network that rotated a session's token may present the previous one, in milliseconds. */
export const ROTATION_MEMORY_MS = 24 * 3_600_000;

/** The shortest time between two `session.device_changed` of a session, in milliseconds. */
export const DEVICE_CHANGE_INTERVAL_MS = 3_600_000;

/** A refresh token as a client presented it. */
export interface PresentedToken {
  readonly generation: number;
  /** Null without a proof. */
  readonly proof: Proof | null;
  /** The digest of the client's network; null if it is unknown. */
  readonly network: string | null;
  /** The label of the client's device; null if it is unknown. */
  readonly deviceLabel: string | null;
}

export interface RefreshRules {
  /** How long after a rotation the previous token is accepted, in milliseconds. */
  readonly graceMs: number;
  /** The number of shared rotations in a row that ends the session; 0 for never. */
  readonly shadowLimit: number;
}

/** What is recorded about a refresh of an unbound session that is allowed. */
export interface RefreshNote {
  /** The number of shared rotations in a row, up to the last one, if this refresh makes it one of them; else null. */
  readonly sharedRotations: number | null;
  /** The labels of both devices, if it is another one than before; else null. */
  readonly deviceChange: { readonly before: string; readonly after: string } | null;
}

/** Why a refresh found no row to update. */
export type RefreshDecision =
  /** The refresh is allowed: the caller retries it. */
  | { readonly kind: "live" }
  /** The refresh is allowed and has to be recorded. */
  | { readonly kind: "noted"; readonly note: RefreshNote }
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
 * @param presented the token and its client
 * @param rules the engine's settings
 */
export function decideRefresh(
  snapshot: SessionSnapshot,
  presented: PresentedToken,
  rules: RefreshRules,
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
  if (session.keyThumbprint !== null) return { kind: "live" };

  if (!isCurrentToken(snapshot, presented.generation, rules.graceMs)) return { kind: "reused" };
  const sharedRotations =
    behind === 1 && rules.shadowLimit > 0 ? newSharing(session, presented.network, now) : null;
  if (sharedRotations !== null && sharedRotations >= rules.shadowLimit) return { kind: "reused" };
  const deviceChange = newDevice(session, presented.deviceLabel, now);
  if (sharedRotations === null && deviceChange === null) return { kind: "live" };
  return { kind: "noted", note: { sharedRotations, deviceChange } };
}

/**
 * Whether a genuine token is none that a client must have replaced: of an unbound session the current one and, for the grace, the
 * one before; of a bound one any.
 */
export function isCurrentToken(
  { session, now }: Pick<SessionSnapshot, "session" | "now">,
  generation: number,
  graceMs: number,
): boolean {
  const behind = session.generation - generation;
  if (behind < 0) return false;
  if (behind === 0 || session.keyThumbprint !== null) return true;
  return behind === 1 && session.rotatedAt !== null && now - session.rotatedAt < graceMs;
}

/**
 * Returns the number of shared rotations in a row, if the previous token comes from another network and makes the last rotation
 * one of them; null if this network rotated the token itself within a day, or if the last rotation is counted already. A client
 * that changed its network shares one rotation; someone who shadows the client shares every one.
 */
function newSharing(session: Session, network: string | null, now: number): number | null {
  const { generation, rotatedAt, rotationNetworks, sharing } = session;
  if (network === null || rotationNetworks[0]?.at !== rotatedAt) return null;
  const hasRotated = rotationNetworks.some(
    (entry) => entry.network === network && now - entry.at < ROTATION_MEMORY_MS,
  );
  if (hasRotated || sharing?.generation === generation) return null;
  return sharing?.generation === generation - 1 ? sharing.rotations + 1 : 1;
}

function newDevice(session: Session, label: string | null, now: number): RefreshNote["deviceChange"] {
  const before = session.lastSeen.label ?? session.device.label;
  if (label === null || before === null || label === before) return null;
  const { deviceChangedAt } = session;
  const isRecent = deviceChangedAt !== null && now - deviceChangedAt < DEVICE_CHANGE_INTERVAL_MS;
  return isRecent ? null : { before, after: label };
}

/** Returns the fault of a proof for a bound session; null if it proves possession of the session's key. */
export function proofFault(proof: Proof | null | undefined, keyThumbprint: string): ProofFault | null {
  if (!proof) return "invalid_proof";
  if ("fault" in proof) return proof.fault;
  return proof.thumbprint === keyThumbprint ? null : "invalid_proof";
}
