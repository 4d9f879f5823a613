import { type Actor, createCurfew, isCurfewError } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const curfew = createCurfew({ store: createSqlStore(database), secret, issuer: "https://app.example" });

/** After your own sign-in: starts a session with the company's current policy. */
export const begin = (companyId: string, user: { id: string; name: string; email: string }) =>
  curfew.sessions.start({ accountId: companyId, user: { ...user, role: "member" } });

/** On every request: verifies the token in memory. Returns the user, or the reason why the session ended. */
export async function whoCalls(accessToken: string) {
  try {
    return { userId: (await curfew.sessions.verify(accessToken)).userId };
  } catch (error) {
    if (isCurfewError(error, "session_revoked")) return { ended: error.details.reason };
    throw error;
  }
}

/** Every few minutes: new tokens. The idle time lets an unused session expire; the address reveals a shared token. */
export const renew = (refreshToken: string, idleForSeconds: number, ip: string) =>
  curfew.sessions.refresh(refreshToken, { idleForSeconds, ip });

/** An admin sets stricter limits, which also apply to open sessions. */
export const tighten = (companyId: string, actor: Actor) =>
  curfew.policy.update(companyId, { idleMinutes: 15, absoluteMinutes: 720 }, { actor, apply: "now" });

/** An admin signs everyone out: one small write, however many sessions there are. */
export const signEveryoneOut = (companyId: string, actor: Actor) =>
  curfew.revoke.account(companyId, { actor });
