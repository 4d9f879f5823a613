import { createHmac, timingSafeEqual } from "node:crypto";
import type { MacKey } from "../keys.js";

/** The contents of a genuine refresh token. */
export interface RefreshTokenClaims {
  readonly accountId: string;
  readonly sessionId: string;
  readonly generation: number;
}

const PREFIX = "cft1";
/** Longer than any token that we issue: ids have at most 255 characters. */
const MAX_TOKEN_LENGTH = 4096;
const GENERATION = /^(?:0|[1-9][0-9]{0,14})$/;

const encodeId = (id: string): string => Buffer.from(id).toString("base64url");
const decodeId = (part: string): string => Buffer.from(part, "base64url").toString();

/**
 * Issues and parses refresh tokens: `cft1.<key id>.<account id>.<session id>.<generation>.<MAC>`.
 *
 * Tokens are not stored: the MAC proves that we issued one, and the generation orders a session's tokens.
 *
 * @param keys the first issues, all verify
 */
export function createRefreshTokens(keys: readonly [MacKey, ...MacKey[]]) {
  const [issuingKey] = keys;
  const keysById = new Map(keys.map((key) => [key.id, key]));

  return {
    issue({ accountId, sessionId, generation }: RefreshTokenClaims): string {
      const head = [PREFIX, issuingKey.id, encodeId(accountId), encodeId(sessionId), generation].join(".");
      return `${head}.${macOf(head, issuingKey)}`;
    },

    /** Returns the claims; null unless the MAC is from one of our keys. Compares it in constant time. */
    parse(token: string): RefreshTokenClaims | null {
      if (token.length > MAX_TOKEN_LENGTH) return null;
      const [prefix, keyId, account, session, generation, mac, ...rest] = token.split(".");
      if (prefix !== PREFIX || rest.length > 0) return null;
      if (!keyId || !account || !session || !generation || !mac) return null;
      const key = keysById.get(keyId);
      if (key === undefined) return null;
      const presented = Buffer.from(mac);
      const expected = Buffer.from(macOf(token.slice(0, token.lastIndexOf(".")), key));
      if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) return null;
      if (!GENERATION.test(generation)) return null;
      return { accountId: decodeId(account), sessionId: decodeId(session), generation: Number(generation) };
    },
  };
}

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;

function macOf(head: string, { key }: MacKey): string {
  return createHmac("sha256", key).update(head).digest("base64url");
}
