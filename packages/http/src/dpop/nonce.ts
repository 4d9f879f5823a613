import { createSeal } from "../seal.js";

/** How long a nonce holds, in milliseconds. */
export const NONCE_LIFETIME_MS = 300_000;

/** How far a replica's clock may be ahead of another's that made the nonce. */
const SKEW_MS = 5_000;
const TIME_BYTES = 6;

/** DPoP nonces (RFC 9449 §8) with nothing stored: a moment, sealed. Any replica knows another's. */
export interface Nonces {
  /** A nonce that holds from `now`, milliseconds since the Unix epoch. */
  make(now: number): string;
  holds(nonce: string, now: number): boolean;
}

/** @param secrets the first seals, all open */
export function createNonces(secrets: readonly Uint8Array[]): Nonces {
  const seal = createSeal(secrets, "curfew dpop nonce v1");
  return {
    make(now) {
      const time = Buffer.alloc(TIME_BYTES);
      time.writeUIntBE(now, 0, TIME_BYTES);
      return seal.close(time, "");
    },
    holds(nonce, now) {
      const time = seal.open(nonce, "");
      if (time?.length !== TIME_BYTES) return false;
      const ageMs = now - time.readUIntBE(0, TIME_BYTES);
      return ageMs >= -SKEW_MS && ageMs < NONCE_LIFETIME_MS;
    },
  };
}
