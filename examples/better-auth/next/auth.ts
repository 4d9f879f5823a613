import { curfew } from "@curfew/better-auth";
import { createCurfew } from "@curfew/core";
import { lazily } from "@curfew/http";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { betterAuth } from "better-auth";
import { nextCookies } from "better-auth/next-js";
import { organization } from "better-auth/plugins";
import { database, firstOrganization } from "../database.js";

async function open() {
  const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;
  const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
  const sessions = openSqlite({ path });
  try {
    await migrateStore(sessions);
    const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
    const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
    const store = createSqlStore(sessions);
    const engine = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });
    const plugin = curfew({ curfew: engine, publicUrl, secrets: [secret], activity: "reported" });
    // Next.js stops once every answer has ended, and a signed-in page has one that lasts.
    process.once("SIGTERM", plugin.close).once("SIGINT", plugin.close);
    return betterAuth({
      baseURL: publicUrl,
      database,
      emailAndPassword: { enabled: true },
      databaseHooks: { session: { create: { before: firstOrganization } } },
      plugins: [organization(), plugin, nextCookies()],
    });
  } catch (error) {
    await sessions.close(); // Or the next attempt finds the file in use.
    throw error;
  }
}

// Next.js bundles this module several times, and loads it in the build: one engine for all, opened by the first request.
const shared = globalThis as { auth?: () => ReturnType<typeof open> };
shared.auth ??= lazily(open);
export const auth = shared.auth;
