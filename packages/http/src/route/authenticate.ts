import type { Curfew, Identity } from "@curfew/core";
import type { Context } from "hono";
import { HttpProblem } from "../problem/http-problem.js";

/** The scheme alone: a pattern over the whole token would cost as much as all else that a known one takes. */
const BEARER = /^Bearer +(?=[^ ])/i;

/**
 * The header as it came. Node has parsed it already, while asking the `Request` for one header makes it copy all of them,
 * which takes longer than all else that a known token takes.
 */
function authorizationOf(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: { headers?: { authorization?: string } } };
  return incoming?.headers?.authorization ?? c.req.header("authorization");
}

/** The access token in `Authorization: Bearer …` (RFC 6750 §2.1); null where there is none. */
export function bearerToken(c: Context): string | null {
  const header = authorizationOf(c);
  const scheme = header === undefined ? null : BEARER.exec(header);
  return header === undefined || scheme === null ? null : header.slice(scheme[0].length);
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
