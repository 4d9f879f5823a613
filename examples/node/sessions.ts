import { randomBytes } from "node:crypto";
import { createCurfew, isCurfewError, type OpenGoverned } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { nameOfCompany, type Person } from "./people.js";

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });

/** Stands for your sessions, by what their cookies hold. */
const own = new Map<string, OpenGoverned>();

const attributes = `Path=/; HttpOnly; SameSite=Lax${publicUrl.startsWith("https:") ? "; Secure" : ""}`;

const sessionOf = (cookies: string | null | undefined): OpenGoverned | null =>
  own.get(/(?:^|; )own_session=([\w-]+)/.exec(cookies ?? "")?.[1] ?? "") ?? null;

export const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: nameOfCompany,
  hostSession: (request) => sessionOf(request.headers.get("cookie")),
  activity: "requests",
  onSignOut(request) {
    own.delete(sessionOf(request.headers.get("cookie"))?.hostSessionId ?? "");
    return new Response(null, { headers: { "Set-Cookie": "own_session=; Path=/; Max-Age=0" } });
  },
});

/** Begins a session, and returns its cookie. */
export function beginSession({ companyId, ...user }: Person): string {
  const id = randomBytes(32).toString("base64url");
  own.set(id, { accountId: companyId, hostSessionId: id, user, startedAt: Date.now() });
  return `own_session=${id}; ${attributes}`;
}

/** Ends the session of a request, if there is one. Call it at your sign-out, and at a new sign-in. */
export async function endSession(cookies: string | undefined) {
  const session = sessionOf(cookies);
  if (session === null) return;
  await curfew.governed.end(session).catch(logOutage);
  own.delete(session.hostSessionId);
}

/** Nobody is kept in where Curfew's database is down. Owners see the session until it expires. */
function logOutage(error: unknown) {
  if (!isCurfewError(error, "unavailable")) throw error;
  console.error(error);
}
