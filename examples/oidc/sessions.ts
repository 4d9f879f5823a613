import { createCurfew, isCurfewError } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import type { IDToken } from "openid-client";
import {
  begin,
  forget,
  isUsed,
  noteUse,
  type OwnSession,
  sessionOf,
  sessionsOf,
  setCookie,
} from "./own-sessions.js";
import { nameOfCompany, placeOf } from "./people.js";
import type { LogoutToken } from "./provider-client.js";

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });

export const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: nameOfCompany,
  hostSession: (request) => sessionOf(request.headers.get("cookie")),
  activity: "reported",
  onSignOut(request) {
    const session = sessionOf(request.headers.get("cookie"));
    if (session) forget(session);
    return new Response(null, { headers: { "Set-Cookie": setCookie("own_session", "", 0) } });
  },
});

/**
 * Begins a session for a person who is back from the provider.
 *
 * @returns its cookie; null for a person of no company
 */
export function beginSession({ sub, sid, name, email, auth_time, session_expiry }: IDToken): string | null {
  const place = placeOf(sub);
  if (place === undefined) return null;
  return begin({
    accountId: place.companyId,
    user: { id: sub, name: String(name), email: String(email), role: place.role },
    startedAt: Date.now(),
    authenticatedAt: Number(auth_time) * 1000, // When the person last gave the provider their password.
    // A fixed end. Never the `exp` of a token, which is renewed.
    ...(typeof session_expiry === "number" ? { notAfter: session_expiry * 1000 } : {}),
    sid,
  });
}

/** Ends a session for good. Call it at your sign-out and at a new sign-in. */
export async function endSession(session: OwnSession | null) {
  if (session === null) return;
  await curfew.governed.end(session).catch(logOutage);
  forget(session);
}

/** Nobody is kept in where Curfew's database is down. Owners see the session until it expires. */
function logOutage(error: unknown) {
  if (!isCurfewError(error, "unavailable")) throw error;
  console.error(error);
}

/** Ends the sessions that a logout token of the provider names. False for a token that was used before. */
export async function endByProvider(token: LogoutToken): Promise<boolean> {
  if (isUsed(token)) return false;
  for (const session of sessionsOf(token)) {
    await curfew.governed.end(session);
    forget(session);
  }
  noteUse(token); // At last: where an end fails, the provider sends the token again.
  return true;
}
