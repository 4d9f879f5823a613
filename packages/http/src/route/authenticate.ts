import type { Curfew, Identity } from "@curfew/core";
import type { Context } from "hono";
import { HttpProblem } from "../problem/error.js";

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i;

/** The access token in `Authorization: Bearer …` (RFC 6750 §2.1); null where there is none. */
export function bearerToken(c: Context): string | null {
  const header = c.req.header("authorization");
  return header === undefined ? null : (BEARER.exec(header)?.[1] ?? null);
}

/**
 * Tells who calls.
 *
 * Throws `unauthenticated`, `token_expired`, `session_revoked`, `unavailable`.
 */
export async function authenticate(curfew: Curfew, c: Context): Promise<Identity> {
  const token = bearerToken(c);
  if (token === null) throw new HttpProblem("unauthenticated");
  return curfew.sessions.verify(token);
}
