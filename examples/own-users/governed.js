import { createCurfew, isCurfewError } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { sessionOf, signIn, signOut } from "./own-sign-in.js";

const { PORT = "3000", DATA = ".", SECRET = "" } = process.env;
const database = openSqlite({ path: `${DATA}/governed.db` });
await migrateStore(database);
const [secret, issuer] = [Buffer.from(SECRET, "base64"), `http://localhost:${PORT}`];
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer, owners: "host", governedSince });

const app = new Hono().post("/login", async (c) => {
  return signIn(c, await c.req.json()) ? c.body(null, 204) : c.json({ code: "invalid_credentials" }, 401);
});
app.use(async (c, next) => {
  const own = sessionOf(c);
  if (!own) return c.json({ code: "unauthenticated" }, 401);
  const session = { accountId: "example", hostSessionId: own.id, user: own.user, startedAt: own.startedAt };
  // Begins a session at its first sight, also one that is older than Curfew, and revives none.
  await curfew.governed.touch(session).catch(() => curfew.governed.open(session));
  c.set("identity", await curfew.governed.check(session));
  return next();
});
app.get("/notes", (c) => c.json({ notes_of: c.var.identity.userId }, 200, { "Cache-Control": "no-store" }));
app.post("/sign-everyone-out", async (c) => {
  const { role, userId, sessionId } = c.var.identity;
  if (role !== "owner") return c.json({ code: "forbidden" }, 403);
  const actor = { userId, sessionId, ip: null };
  return c.json({ ended: await curfew.revoke.account("example", { actor }) });
});
app.onError((error, c) => {
  if (!isCurfewError(error, "session_expired") && !isCurfewError(error, "session_revoked")) throw error;
  signOut(c);
  return c.json({ code: error.code, reason: error.details.reason }, 401);
});
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) });
