import { createCurfew, isCurfewError } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { sessionOf } from "@curfew/http/express";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import type { Request } from "express";
import { nameOfCompany } from "./sign-in.js";

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });

const hostSession = (req: Request) =>
  sessionOf(req, {
    accountId: req.session.user?.companyId,
    user: req.session.user,
    startedAt: req.session.signedInAt ?? governedSince, // Sessions from before don't say when they began.
  });

export const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: nameOfCompany,
  hostSession: (_request, req: Request) => hostSession(req),
  activity: "reported",
  onSignOut: (_request, req) => new Promise((resolve) => req.session.destroy(() => resolve(null))),
});

/** Ends the governed session. Call it at your sign-out, and before a new sign-in. */
export async function endSession(req: Request) {
  const session = hostSession(req);
  if (session) await curfew.governed.end(session).catch(logOutage);
}

/** Nobody is kept in where Curfew's database is down. Owners see the session until it expires. */
function logOutage(error: unknown) {
  if (!isCurfewError(error, "unavailable")) throw error;
  console.error(error);
}
