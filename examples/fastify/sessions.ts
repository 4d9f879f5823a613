import { createCurfew, isCurfewError, type OpenGoverned } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import type { FastifyRequest } from "fastify";
import { nameOfCompany, type Person } from "./people.js";

declare module "fastify" {
  interface Session {
    user?: Person;
    signedInAt?: number;
  }
}

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });

function hostSession({ session }: FastifyRequest): OpenGoverned | null {
  // Sessions from before don't say when they began.
  const { user, signedInAt = governedSince, sessionId } = session;
  if (user === undefined) return null;
  const { companyId, ...person } = user;
  return { accountId: companyId, hostSessionId: sessionId, user: person, startedAt: signedInAt };
}

export const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: nameOfCompany,
  hostSession: (_request, request: FastifyRequest) => hostSession(request),
  activity: "requests",
  onSignOut: (_request, { session }) => session.destroy().then(() => null),
});

/** Ends the governed session. Call it at your sign-out, and before a new sign-in. */
export async function endSession(request: FastifyRequest) {
  const session = hostSession(request);
  if (session) await curfew.governed.end(session).catch(logOutage);
}

/** Nobody is kept in where Curfew's database is down. Owners see the session until it expires. */
function logOutage(error: unknown) {
  if (!isCurfewError(error, "unavailable")) throw error;
  console.error(error);
}
