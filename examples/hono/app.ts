import { createCurfew } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { requireSession } from "@curfew/http/hono";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { Hono } from "hono";
import { sessionOf } from "./sign-in.js";

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });
const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: (accountId) => accountId,
  hostSession: (request) => sessionOf(request.headers),
  activity: "requests",
});

export const app = new Hono();
app.use(async (c, next) => (sessions.handles(c.req.raw) ? sessions.handler(c.req.raw, c.env) : next()));
app.use(async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store"); // Or the back button shows pages after the sign-out.
});
app.get("/", async (c) => {
  const current = await sessions.current(c.req.raw, c.env);
  if (current.state === "signed_in") return c.text(`Hello ${current.user.name}`);
  return c.redirect(current.state === "ended" ? `/sign-in?reason=${current.reason}` : "/sign-in");
});
app.get("/notes", requireSession(sessions), (c) => c.json({ notesOf: c.var.identity.userId }));
app.get(
  "/billing",
  requireSession(sessions, (c) => c.json({ billingOf: c.var.identity.accountId }), { role: "owner" }),
);

// What `current` throws is trouble, never a sign-out: a page says so, and does not redirect to the sign-in page.
app.onError((error, c) => {
  const problem = sessions.problem(error);
  if (problem === null) console.error(error);
  if (problem?.status !== 503) return problem ?? c.text("Internal Server Error", 500);
  const isPage = c.req.header("accept")?.includes("text/html");
  return isPage ? c.text("Please try again in a moment. You are still signed in.", 503) : problem;
});
