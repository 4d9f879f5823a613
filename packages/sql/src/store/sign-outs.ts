import type { RevocationReason, Session, SessionSnapshot } from "@curfew/core";
import { sql } from "kysely";
import { all, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** The last time that all sessions of an account, or of one user, ended. */
export interface SignOut {
  /** Empty for the whole account. */
  readonly userId: string;
  readonly at: number;
  readonly reason: RevocationReason;
  readonly spares: string | null;
}

/** Reads the last sign-out of an account, and those of some of its users. */
export function* readSignOuts(
  { dialect, queries }: StoreContext,
  accountId: string,
  userIds: readonly string[],
): Unit<readonly SignOut[]> {
  const rows = yield* all(
    queries
      .selectFrom("curfew_sign_outs")
      .select(["user_id", "at", "reason", "spared_session_id"])
      .where("account_id", "=", accountId)
      .where(dialect.isAmong(sql.ref("user_id"), sql`${JSON.stringify(["", ...userIds])}`)),
  );
  return rows.map((row) => ({
    userId: row.user_id,
    at: row.at,
    reason: row.reason,
    spares: row.spared_session_id,
  }));
}

/** Records a sign-out that writes no row of the feed; a trigger records the others. The account must be locked. */
export function* recordSignOut(context: StoreContext, accountId: string, signOut: SignOut): Unit<void> {
  const columns = { at: signOut.at, reason: signOut.reason, spared_session_id: signOut.spares };
  yield* run(
    context.queries
      .insertInto("curfew_sign_outs")
      .values({ account_id: accountId, user_id: signOut.userId, ...columns })
      .onConflict((conflict) => conflict.columns(["account_id", "user_id"]).doUpdateSet(columns)),
  );
}

/** Returns the earliest of the sign-outs that a session, which nobody has seen until now, did not survive. */
export function signOutBeforeFirstSight(
  session: Pick<Session, "id" | "userId" | "startedAt">,
  signOuts: readonly SignOut[],
): SessionSnapshot["epochEnd"] {
  const [first] = signOuts
    .filter(({ userId }) => userId === "" || userId === session.userId)
    .filter(({ at, spares }) => session.startedAt <= at && spares !== session.id)
    .sort((a, b) => a.at - b.at || a.userId.length - b.userId.length);
  return first === undefined ? null : { at: first.at, reason: first.reason };
}
