import type { GovernedKey } from "../../curfew-governed.js";
import { endedError, notFound } from "../../errors.js";
import type { Identity } from "../../session/access-token.js";
import { governedSessionId } from "../../session/governed-id.js";
import type { SessionSnapshot } from "../../session/session.js";
import type { EngineContext } from "../context.js";
import { judgeIdentity } from "../judge.js";
import { missingSession } from "../missing-session.js";
import { type KnownSession, type KnownSessions, keyOf, type RememberedRead } from "./known-sessions.js";

/** Reads a live session from the database, and remembers it. Throws its end, or `not_found`. */
export async function readLive(
  { store, feed, readSettled }: Pick<EngineContext, "store" | "feed" | "readSettled">,
  known: KnownSessions,
  key: GovernedKey,
): Promise<{ snapshot: SessionSnapshot; identity: Identity }> {
  const began = feed.now();
  const settled = await readSettled(key.accountId, governedSessionId(key.accountId, key.hostSessionId));
  if (settled === null) throw await missingSession(store, key.accountId, notFound(), { isProven: false });
  const { snapshot, fate } = settled;
  // The memory's clock stands still while the machine sleeps.
  feed.noteClock(snapshot.now);
  const identity = known.learn(key, began, snapshot, fate.state === "live" ? null : fate);
  if (fate.state !== "live") throw endedError(fate);
  return { snapshot, identity };
}

/**
 * Judges what this process remembers of a session as `verify` judges an access token. Throws its end; null: only the database can
 * tell. Nobody is refused because the memory is old or a deadline that it knows has passed: another process may have moved it.
 */
export function createKnownJudge(
  feed: EngineContext["feed"],
): (session: KnownSession | undefined) => Identity | null {
  /**
   * Whether the row of the feed is what the database would tell. A row of this process's own may be the second cause, and the first
   * one not read yet; an end that is known came before the row; and a deleted account may have begun again.
   */
  const isWholeTruth = (
    { end }: RememberedRead,
    { reason, sequence }: { reason: string; sequence: number },
  ) => end === null && reason !== "account_deleted" && feed.hasRead(sequence);

  return (session) => {
    const read = session?.read ?? null;
    if (read === null) return null;
    const judgement = judgeIdentity(feed, read.identity);
    if (judgement.kind === "good" && read.end !== null) throw endedError(read.end);
    if (judgement.kind === "good") return read.identity;
    if (judgement.kind === "revoked" && isWholeTruth(read, judgement))
      throw endedError({ state: "revoked", reason: judgement.reason, endedAt: judgement.at });
    return null;
  };
}

/** Creates `Governed.check`. */
export function createCheck(
  context: Pick<EngineContext, "store" | "feed" | "readSettled">,
  known: KnownSessions,
): (key: GovernedKey) => Promise<Identity> {
  const judge = createKnownJudge(context.feed);
  return async (key) => judge(known.get(key)) ?? (await readLive(context, known, keyOf(key))).identity;
}
