import { NONCE_LIFETIME_MS } from "./nonce.js";

/** Enough for 600 proofs a second; past it the oldest are forgotten first. */
const CAPACITY = 200_000;

/** Which proofs this replica has taken, for as long as one could pass again (RFC 9449 §11.1). */
export interface SeenProofs {
  /** Takes a proof: false where it was taken before. */
  take(thumbprint: string, jti: string, now: number): boolean;
}

/**
 * @param capacity the most proofs that are remembered
 */
export function createSeenProofs(capacity = CAPACITY): SeenProofs {
  /** When each may be forgotten. All live equally long, so the oldest stand first. */
  const forgetAt = new Map<string, number>();

  const forget = (now: number): void => {
    for (const [proof, at] of forgetAt) {
      if (now < at && forgetAt.size < capacity) return;
      forgetAt.delete(proof);
    }
  };

  return {
    take(thumbprint, jti, now) {
      const proof = `${thumbprint} ${jti}`;
      const at = forgetAt.get(proof);
      if (at !== undefined && now < at) return false;
      forget(now);
      forgetAt.delete(proof);
      // Twice the nonce's life covers a nonce from a clock ahead and an `iat` in the future.
      forgetAt.set(proof, now + 2 * NONCE_LIFETIME_MS);
      return true;
    },
  };
}
