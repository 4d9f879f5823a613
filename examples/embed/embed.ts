import { type Actor, createCurfew, isCurfewError } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";

const { SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const curfew = createCurfew({ store: createSqlStore(database), secret, issuer: "https://app.example" });

/** Your own sign-in succeeded: begins a session under the company's policy of this moment. */
export const begin = (companyId: string, user: { id: string; name: string; email: string }) =>
  curfew.sessions.start({ accountId: companyId, user: { ...user, role: "member" } });

/** On every request: whose token it is, from memory; or why its session ended. */
export async function whoCalls(accessToken: string) {
  try {
    return { userId: (await curfew.sessions.verify(accessToken)).userId };
  } catch (error) {
    if (isCurfewError(error, "session_revoked")) return { ended: error.details.reason };
    throw error;
  }
}

/** Every few minutes: new tokens. Tell it how long the person has been away, and an unused session dies. */
export const renew = (refreshToken: string, idleForSeconds: number) =>
  curfew.sessions.refresh(refreshToken, { idleForSeconds });

/** The company's admin sets stricter limits, for the sessions that are open too. */
export const tighten = (companyId: string, actor: Actor) =>
  curfew.policy.update(companyId, { idleMinutes: 15, absoluteMinutes: 720 }, { actor, apply: "now" });

/** The company's admin signs everybody out: one small write, however many there are. */
export const signEveryoneOut = (companyId: string, actor: Actor) =>
  curfew.revoke.account(companyId, { actor });
