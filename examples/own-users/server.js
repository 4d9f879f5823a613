import { randomBytes, randomUUID, scryptSync, timingSafeEqual } from "node:crypto";
import { CurfewError, createCurfew } from "@curfew/core";
import * as web from "@curfew/http";
import { grantSchema, transportField } from "@curfew/http/wire";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { serve } from "@hono/node-server";
import Database from "better-sqlite3";
import { Hono } from "hono";
import { z } from "zod";

const { PORT = "3000", DATA = ".", SECRET = "" } = process.env;
const secret = Buffer.from(SECRET, "base64");

const usersDatabase = new Database(`${DATA}/users.db`);
usersDatabase.exec("CREATE TABLE IF NOT EXISTS users (id, company, email UNIQUE, name, role, salt, hash)");
const company = usersDatabase.prepare("SELECT company FROM users").pluck().get() ?? randomUUID();
const insert = usersDatabase.prepare("INSERT OR IGNORE INTO users VALUES (?, ?, ?, ?, ?, ?, ?)");
for (const [name, role] of Object.entries({ ada: "owner", ben: "member" })) {
  const salt = randomBytes(16);
  const hash = scryptSync("an example password", salt, 32);
  insert.run(randomUUID(), company, `${name}@example.com`, name, role, salt, hash);
}
const byEmail = usersDatabase.prepare("SELECT * FROM users WHERE email = ?");
const unknownUser = { id: "unknown", company, salt: randomBytes(16), hash: randomBytes(32) };

const database = openSqlite({ path: `${DATA}/sessions.db` });
await migrateStore(database);
const publicUrl = `http://localhost:${PORT}`;
const curfew = createCurfew({ store: createSqlStore(database), secret, issuer: publicUrl });
const http = web.createHttp({ curfew, publicUrl, secrets: [secret], accountName: () => "Example" });

const signIn = web.defineRoute({
  method: "POST",
  path: "/api/auth/login",
  operationId: "signIn",
  summary: "Sign in with a password that this server stores",
  tags: ["Sign-in"],
  auth: "none",
  cookies: true,
  body: z.strictObject({ email: z.string(), password: z.string(), transport: transportField }),
  responses: { 200: { description: "Signed in", schema: grantSchema } },
  async handler({ c, body: { email, password, transport } }) {
    const { company: accountId, salt, hash, ...user } = byEmail.get(email) ?? unknownUser;
    const prepared = await curfew.sessions.prepare(accountId, user.id);
    if (!timingSafeEqual(scryptSync(password, salt, 32), hash))
      throw new web.HttpProblem("invalid_credentials");
    const [proof, oldToken] = [await http.readProof(c), http.refreshCookie(c)];
    if (proof && "fault" in proof) throw new CurfewError(proof.fault, {});
    const client = { device: http.device(c), keyThumbprint: proof?.thumbprint ?? null };
    const replaces = oldToken ? { replaces: { refreshToken: oldToken, proof } } : {};
    const grant = await curfew.sessions.start({ accountId, user, prepared, ...client, ...replaces });
    return http.answerGrant(grant, transport);
  },
});

const app = new Hono();
web.mountRoutes(app, [signIn, ...web.curfewRoutes(http)], http);
app.get("/notes", web.requireSession(curfew), (c) => c.json({ notes_of: c.var.identity.userId }));
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) });
