/**
 * A replay memory of whole proofs in one `Map`, in order of insertion: what the digests in buckets of time are compared with.
 *
 * @param {number} lifetimeMs
 * @param {number} capacity
 */
export function createSeenProofMap(lifetimeMs, capacity) {
  /** @type {Map<string, number>} */
  const expiresAt = new Map();
  return {
    /** @param {string} thumbprint @param {string} jti @param {number} now */
    add(thumbprint, jti, now) {
      const proof = `${thumbprint} ${jti}`;
      const at = expiresAt.get(proof);
      if (at !== undefined && now < at) return false;
      for (const [oldest, until] of expiresAt) {
        if (now < until && expiresAt.size < capacity) break;
        expiresAt.delete(oldest);
      }
      expiresAt.delete(proof);
      expiresAt.set(proof, now + lifetimeMs);
      return true;
    },
  };
}
