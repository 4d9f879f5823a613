import { type Curfew, createCurfew, isCurfewError } from "@curfew/core";
import { foldText } from "@curfew/core/fold";
import { DEFAULT_POLICY_SETTINGS, INHERIT, validatePolicy } from "@curfew/core/policy";
import { type Current, createHandler } from "@curfew/http";
import { curfewExpress, requireSession, sessionOf } from "@curfew/http/express";
import { curfewFastify } from "@curfew/http/fastify";
import { requireSession as requireInNext, toNextHandlers } from "@curfew/http/next";
import { toNodeHandler } from "@curfew/http/node";
import { createSqlStore, migrateStore, openPostgres, openSqlite } from "@curfew/sql";
import { openPostgres as openPool } from "@curfew/sql/postgres";
import { openSqlite as openFile } from "@curfew/sql/sqlite";

/** A host with Curfew's own tokens. */
export async function begin(secret: Uint8Array): Promise<Current> {
  const database = openSqlite({ path: null });
  await migrateStore(database);
  const curfew: Curfew = createCurfew({
    store: createSqlStore(database),
    secret,
    issuer: "https://app.example",
  });
  const publicUrl = "https://app.example";
  const sessions = createHandler({ curfew, publicUrl, secrets: [secret], accountName: () => "Acme" });
  try {
    return await sessions.current(new Request(publicUrl));
  } catch (error) {
    if (isCurfewError(error, "session_expired")) error.details.reason satisfies "idle" | "absolute";
    throw error;
  }
}

/** A host with sessions of its own. */
export function govern(curfew: Curfew, secret: Uint8Array) {
  const user = { id: "42", name: "Ada", email: "ada@acme.example", role: "owner" as const };
  const sessions = createHandler({
    curfew,
    publicUrl: "https://app.example",
    secrets: [secret],
    accountName: () => "Acme",
    activity: "requests",
    hostSession: (_request, native: { sid: string }) => ({
      accountId: "acme",
      hostSessionId: native.sid,
      user,
      startedAt: 0,
    }),
  });
  // @ts-expect-error there is no such role
  requireSession(sessions, { role: "member" });
  return {
    express: curfewExpress(sessions),
    node: toNodeHandler(sessions),
    next: toNextHandlers(sessions),
    route: requireInNext(sessions, async (_request, { identity }) => Response.json(identity.accountId)),
    fastify: curfewFastify,
    sessionOf,
  };
}

export const openings = [
  () => openPostgres({ url: "postgres://localhost/curfew", poolSize: 2 }),
  () => openPool({ url: "postgres://localhost/curfew" }),
  () => openFile({ path: "sessions.db" }),
  // @ts-expect-error a database or a path, not both
  () => openFile({ path: "sessions.db", database: null }),
];

export const isValid: boolean = validatePolicy({ idleMinutes: 15 }, INHERIT, DEFAULT_POLICY_SETTINGS).ok;
export const isSame: boolean = foldText("É") === foldText("e");
