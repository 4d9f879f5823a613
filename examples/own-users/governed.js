import { createCurfew, isCurfewError } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { sessionOf, signIn, signOut } from "./own-sign-in.js";

const { PORT = "3000", DATA = ".", SECRET = "" } = process.env;
const database = openSqlite({ path: `${DATA}/governed.db` });
await migrateStore(database);
const [secret, issuer] = [Buffer.from(SECRET, "base64"), `http://localhost:${PORT}`];
const curfew = createCurfew({ store: createSqlStore(database), secret, issuer, owners: "host" });
const keyOf = (session) => ({ accountId: "example", hostSessionId: session.id });

const app = new Hono().post("/login", async (c) => {
  const session = signIn(c, await c.req.json());
  if (!session) return c.json({ code: "invalid_credentials" }, 401);
  await curfew.governed.open({ ...keyOf(session), user: session.user, startedAt: session.startedAt });
  return c.body(null, 204);
});
app.use(async (c, next) => {
  const session = sessionOf(c);
  if (!session) return c.json({ code: "unauthenticated" }, 401);
  c.set("identity", await curfew.governed.check(keyOf(session)));
  await curfew.governed.touch(keyOf(session));
  return next();
});
app.get("/notes", (c) => c.json({ notes_of: c.var.identity.userId }));
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
