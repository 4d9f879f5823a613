import type { Proof } from "@curfew/core";
import type { JWTPayload } from "jose";
import type { Nonces } from "./nonce.js";
import type { SeenProofs } from "./seen-proofs.js";

/** The algorithms that a proof may be signed with. */
const PROOF_ALGORITHMS: readonly string[] = ["ES256", "EdDSA"];

/** How far `iat` may be off without a nonce. */
const IAT_TOLERANCE_MS = 60_000;
const LONGEST_PROOF = 4_096;
const LONGEST_JTI = 256;
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What a proof is held against. */
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
 * Checks a DPoP proof (RFC 9449 §4.3) and uses its `jti` up; answers the key's thumbprint (RFC 7638) or what is wrong.
 *
 * @param header the `DPoP` header as it came; several come joined by commas, and are no proof
 */
export async function checkProof(header: string, expected: ProofExpectation): Promise<Proof> {
  if (header.length > LONGEST_PROOF || !COMPACT_JWS.test(header)) return INVALID;
  // Loaded at the first proof: it would take a tenth of the time in which a server has to be up.
  const { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } = await import("jose");
  let claims: JWTPayload;
  let thumbprint: string;
  try {
    const { payload, protectedHeader } = await jwtVerify(header, EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: [...PROOF_ALGORITHMS],
      currentDate: new Date(expected.now),
    });
    claims = payload;
    thumbprint = await calculateJwkThumbprint(protectedHeader.jwk ?? {}, "sha256");
  } catch {
    return INVALID;
  }
  return judgeClaims(claims, thumbprint, expected);
}

function judgeClaims(claims: JWTPayload, thumbprint: string, expected: ProofExpectation): Proof {
  const { jti, iat, htm, htu, nonce } = claims;
  if (typeof jti !== "string" || jti === "" || jti.length > LONGEST_JTI || typeof iat !== "number")
    return INVALID;
  if (htm !== expected.method || !namesUs(htu, expected)) return INVALID;
  const timely =
    Math.abs(expected.now - iat * 1000) <= IAT_TOLERANCE_MS ||
    (typeof nonce === "string" && expected.nonces.holds(nonce, expected.now));
  if (!timely) return { fault: "use_dpop_nonce" };
  return expected.seen.take(thumbprint, jti, expected.now) ? { thumbprint } : INVALID;
}

/** Compares `htu` without query and fragment, normalised as RFC 3986 §6.2 would (RFC 9449 §4.3). */
function namesUs(htu: unknown, { origins, path }: ProofExpectation): boolean {
  if (typeof htu !== "string" || !URL.canParse(htu)) return false;
  const url = new URL(htu);
  return url.username === "" && url.password === "" && origins.has(url.origin) && url.pathname === path;
}
