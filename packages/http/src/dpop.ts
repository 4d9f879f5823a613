import type { Proof } from "@curfew/core";
import type { JWTPayload } from "jose";
import type { Call } from "./call.js";
import { createSeal } from "./seal.js";
import { createSeenProofs, type SeenProofs } from "./seen-proofs.js";

/** `Ed25519` is the name of RFC 9864 for what `EdDSA` signs here. */
export const PROOF_ALGORITHMS: readonly string[] = ["ES256", "EdDSA", "Ed25519"];

/** How far the clock of a client without a nonce may be off: the tolerance for `iat`, `nbf` and `exp`. */
const CLOCK_TOLERANCE_MS = 60_000;
const PROOF_LENGTH_MAX = 4_096;
const JTI_LENGTH_MAX = 256;
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Reads the DPoP proofs of requests (RFC 9449). */
export interface ProofReader {
  /**
   * Verifies the `DPoP` header (RFC 9449 §4.3) and marks its `jti` as used, so call it once for a request. Returns null if
   * the header is absent, and a fault for an invalid proof; it never throws for what the client sent.
   */
  readProof(c: Call): Promise<Proof | null>;
  /** Creates a nonce (RFC 9449 §8). */
  nonce(): string;
}

/**
 * @param secrets the first one seals nonces; all of them open
 * @param origins the origins that `htu` may name
 * @param now the server's clock, in milliseconds since the Unix epoch
 */
export function createProofReader(
  secrets: readonly Uint8Array[],
  origins: ReadonlySet<string>,
  now: () => number,
): ProofReader {
  const nonces = createNonces(secrets);
  const seen = createSeenProofs(SEEN_PROOF_LIFETIME_MS);
  return {
    async readProof(c) {
      const header = c.req.header("dpop");
      if (header === undefined) return null;
      const { method, path } = c.req;
      return checkProof(header, { method, path, origins, now: now(), nonces, seen });
    },
    nonce: () => nonces.make(now()),
  };
}

/** The request that a proof must be for, and the state to check it against. */
export interface ProofExpectation {
  readonly method: string;
  readonly path: string;
  readonly origins: ReadonlySet<string>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly nonces: Nonces;
  readonly seen: SeenProofs;
}

const INVALID: Proof = { fault: "invalid_proof" };

/**
 * Checks a DPoP proof (RFC 9449 §4.3) and marks its `jti` as used. Returns the key's thumbprint (RFC 7638) or the fault.
 *
 * @param header the raw `DPoP` header; several headers arrive joined by commas, which is invalid
 */
export async function checkProof(header: string, expected: ProofExpectation): Promise<Proof> {
  if (header.length > PROOF_LENGTH_MAX || !COMPACT_JWS.test(header)) return INVALID;
  // Loading jose eagerly would take a tenth of the permitted start-up time.
  const { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } = await import("jose");
  let claims: JWTPayload;
  let thumbprint: string;
  try {
    const { payload, protectedHeader } = await jwtVerify(header, EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: [...PROOF_ALGORITHMS],
      // `checkClaims` judges the times, since a nonce makes them irrelevant.
      clockTolerance: Number.MAX_SAFE_INTEGER,
    });
    claims = payload;
    thumbprint = await calculateJwkThumbprint(protectedHeader.jwk ?? {}, "sha256");
  } catch {
    return INVALID;
  }
  return checkClaims(claims, thumbprint, expected);
}

function checkClaims(claims: JWTPayload, thumbprint: string, expected: ProofExpectation): Proof {
  const { jti, iat, nbf = 0, exp = Number.POSITIVE_INFINITY, htm, htu, nonce } = claims;
  if (typeof jti !== "string" || jti === "" || jti.length > JTI_LENGTH_MAX || typeof iat !== "number")
    return INVALID;
  if (htm !== expected.method || !isOwnUrl(htu, expected)) return INVALID;
  if (typeof nonce !== "string" || !expected.nonces.isValid(nonce, expected.now)) {
    const aheadMs = (seconds: number): number => seconds * 1000 - expected.now;
    if (Math.abs(aheadMs(iat)) > CLOCK_TOLERANCE_MS) return { fault: "use_dpop_nonce" };
    if (aheadMs(nbf) > CLOCK_TOLERANCE_MS || aheadMs(exp) <= -CLOCK_TOLERANCE_MS) return INVALID;
  }
  return expected.seen.add(thumbprint, jti, expected.now) ? { thumbprint } : INVALID;
}

/** Compares `htu` without query and fragment, normalized as in RFC 3986 §6.2 (RFC 9449 §4.3). */
function isOwnUrl(htu: unknown, { origins, path }: ProofExpectation): boolean {
  if (typeof htu !== "string" || !URL.canParse(htu)) return false;
  const url = new URL(htu);
  return url.username === "" && url.password === "" && origins.has(url.origin) && url.pathname === path;
}

const NONCE_LIFETIME_MS = 300_000;

/** Twice a nonce's lifetime: covers a nonce from a replica whose clock is ahead, and an `iat` in the future. */
const SEEN_PROOF_LIFETIME_MS = 2 * NONCE_LIFETIME_MS;

/** How far the clock of the replica that made a nonce may be ahead of this replica's clock. */
const CLOCK_SKEW_MS = 5_000;
const TIMESTAMP_BYTES = 6;

/** DPoP nonces (RFC 9449 §8). A nonce is a sealed timestamp: nothing is stored, and any replica can check it. */
export interface Nonces {
  /** @param now milliseconds since the Unix epoch; the nonce is valid for five minutes from then */
  make(now: number): string;
  isValid(nonce: string, now: number): boolean;
}

/** @param secrets the first one seals; all of them open */
export function createNonces(secrets: readonly Uint8Array[]): Nonces {
  const seal = createSeal(secrets, "curfew dpop nonce v1");
  return {
    make(now) {
      const timestamp = Buffer.alloc(TIMESTAMP_BYTES);
      timestamp.writeUIntBE(now, 0, TIMESTAMP_BYTES);
      return seal.close(timestamp, "");
    },
    isValid(nonce, now) {
      const timestamp = seal.open(nonce, "");
      if (timestamp?.length !== TIMESTAMP_BYTES) return false;
      const ageMs = now - timestamp.readUIntBE(0, TIMESTAMP_BYTES);
      return ageMs >= -CLOCK_SKEW_MS && ageMs < NONCE_LIFETIME_MS;
    },
  };
}
