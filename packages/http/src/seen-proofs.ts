import { createHash } from "node:crypto";

/** Enough for 800 proofs a second. Beyond it, the oldest proofs are forgotten first. */
const SEEN_PROOFS_MAX = 500_000;

/** A bucket ends after a minute or with its share of the capacity, so that little is forgotten at once. */
const BUCKET_MS = 60_000;
const BUCKETS_IN_CAPACITY = 16;

const DIGEST_BYTES = 16;

/** The proofs that this process has accepted and could accept again (RFC 9449 §11.1). */
export interface SeenProofs {
  /** Returns false if the proof has been added before. */
  add(thumbprint: string, jti: string, now: number): boolean;
}

/** Proofs that arrived one after another, and are forgotten together. */
interface Bucket {
  readonly begunAt: number;
  lastAt: number;
  readonly digests: Set<string>;
}

/**
 * Remembers proofs by digest, about 70 bytes each however long their `jti` is.
 *
 * @param lifetimeMs how long a proof is remembered at least
 * @param capacity the maximum number of remembered proofs
 */
export function createSeenProofs(lifetimeMs: number, capacity = SEEN_PROOFS_MAX): SeenProofs {
  const bucketSize = Math.ceil(capacity / BUCKETS_IN_CAPACITY);
  /** The oldest first. */
  const buckets: Bucket[] = [];
  let size = 0;

  const forgetOldest = (): void => {
    size -= buckets.shift()?.digests.size ?? 0;
  };
  const forgetExpired = (now: number): void => {
    for (
      let [oldest] = buckets;
      oldest !== undefined && now >= oldest.lastAt + lifetimeMs;
      [oldest] = buckets
    )
      forgetOldest();
  };
  const currentBucket = (now: number): Bucket => {
    const newest = buckets.at(-1);
    if (newest !== undefined && now < newest.begunAt + BUCKET_MS && newest.digests.size < bucketSize)
      return newest;
    const bucket = { begunAt: now, lastAt: now, digests: new Set<string>() };
    buckets.push(bucket);
    return bucket;
  };

  return {
    add(thumbprint, jti, now) {
      forgetExpired(now);
      const digest = digestOf(thumbprint, jti);
      if (buckets.some(({ digests }) => digests.has(digest))) return false;
      if (size >= capacity) forgetOldest();
      const bucket = currentBucket(now);
      bucket.digests.add(digest);
      bucket.lastAt = Math.max(bucket.lastAt, now);
      size += 1;
      return true;
    },
  };
}

/** A string of single-byte characters, which takes less memory than a Buffer. A thumbprint contains no space. */
const digestOf = (thumbprint: string, jti: string): string =>
  createHash("sha256").update(`${thumbprint} ${jti}`).digest().toString("latin1", 0, DIGEST_BYTES);
