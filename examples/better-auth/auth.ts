import { curfew } from "@curfew/better-auth";
import { createCurfew } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { betterAuth } from "better-auth";
import { organization } from "better-auth/plugins";
import { database, firstOrganization } from "./database.js";

const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;
const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;

const sessions = openSqlite({ path });
await migrateStore(sessions);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(sessions);
const engine = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });

export const auth = betterAuth({
  baseURL: publicUrl,
  database,
  emailAndPassword: { enabled: true },
  databaseHooks: { session: { create: { before: firstOrganization } } },
  plugins: [organization(), curfew({ curfew: engine, publicUrl, secrets: [secret], activity: "reported" })],
});
