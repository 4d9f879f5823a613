import { createCurfew } from "@curfew/core";
import { createHandler, lazily } from "@curfew/http";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { nameOfCompany, sessionOf } from "./sign-in";

async function open() {
  const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
  const { PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;
  const database = openSqlite({ path });
  try {
    await migrateStore(database);
    const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
    const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
    const store = createSqlStore(database);
    const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });
    const sessions = createHandler({
      curfew,
      publicUrl,
      secrets: [secret],
      accountName: nameOfCompany,
      hostSession: (request) => sessionOf(request.headers),
      activity: "reported",
      onSignOut: () => new Response(null, { headers: { "Set-Cookie": "own_session=; Path=/; Max-Age=0" } }),
    });
    // Next.js stops once every answer has ended, and a signed-in page has one that lasts.
    process.once("SIGTERM", sessions.close).once("SIGINT", sessions.close);
    return { curfew, sessions };
  } catch (error) {
    await database.close(); // Or the next attempt finds the file in use.
    throw error;
  }
}

// Next.js bundles this module several times, and loads it in the build: one engine for all, opened by the first request.
const shared = globalThis as { curfew?: () => ReturnType<typeof open> };
shared.curfew ??= lazily(open);
const opened = shared.curfew;

export const sessions = async () => (await opened()).sessions;
export const engine = async () => (await opened()).curfew;
