import type { Governed, GovernedKey, GovernedSession } from "../../curfew-governed.js";
import { contended } from "../../errors.js";
import { MINUTE_MS } from "../../session/deadlines.js";
import { governedSessionId } from "../../session/governed-id.js";
import type { RefreshedSession, TouchInput } from "../../store.js";
import { type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { idleForMilliseconds } from "../refresh.js";
import { readLive } from "./check.js";
import { type KnownSessions, keyOf } from "./known-sessions.js";

/** A report that moves the idle deadline by less is not written. */
const REPORTED_GAIN_MS = 10_000;

/** Creates `Governed.touch`. A call that need not write costs one read. */
export function createTouch(
  context: Pick<EngineContext, "store" | "feed" | "readSettled" | "watchers">,
  known: KnownSessions,
): Governed["touch"] {
  const { store, feed, watchers } = context;

  /** Null if the session was not live. */
  const write = async (key: GovernedKey, input: TouchInput): Promise<RefreshedSession | null> => {
    const began = feed.now();
    const takeBack = known.noteUse(key, began);
    const touched = await store.touchSession(input).catch((error: unknown) => {
      takeBack();
      throw error;
    });
    if (touched === null) takeBack();
    else {
      known.learn(key, began, touched, null);
      watchers.onRefresh(touched);
    }
    return touched;
  };

  return async (given, options = {}) => {
    const idleForMs = idleForMilliseconds(options.idleForSeconds ?? 0);
    const key = keyOf(given);
    const { accountId, hostSessionId } = key;
    const input = { accountId, sessionId: governedSessionId(accountId, hostSessionId), idleForMs };
    const isInUse =
      options.isReported === true
        ? known.isWithin(key, feed.now() - idleForMs, REPORTED_GAIN_MS)
        : known.isInUse(key, feed.now());
    if (isInUse) {
      const { snapshot } = await readLive(context, known, key);
      if (snapshot.session.idleExpiresAt - snapshot.now >= MINUTE_MS) return answerOf(snapshot);
    }
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const touched = await write(key, input);
      if (touched !== null) return answerOf(touched);
      // Throws the end. A session that is live was touched while something else changed.
      await readLive(context, known, key);
    }
    throw contended();
  };
}

export const answerOf = ({ session, user, now }: GovernedSession): GovernedSession => ({
  session,
  user,
  now,
});
