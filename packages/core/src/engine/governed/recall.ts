import { isObject } from "../../arguments/checks.js";
import { hasSoundBeginning } from "../../arguments/sessions.js";
import type { Governed, GovernedKey, OpenGoverned } from "../../curfew-governed.js";
import type { FeedFollower } from "../../revocation/follow.js";
import { judgeIdentity } from "../judge.js";
import { hasNews, type KnownSession, type KnownSessions, type RememberedRead } from "./known-sessions.js";

type LiveSession = KnownSession & { readonly read: RememberedRead };

/**
 * Creates the methods that answer from memory for a session that this process knows to be live. They come before the checks of
 * arguments, which would cost as much as the rest: what equals something remembered was checked when that was learned. Whatever is
 * not, also an argument of the wrong type, is for the methods behind them.
 */
export function createRecall(
  feed: Pick<FeedFollower, "now" | "isFresh" | "hasOutlived" | "judge">,
  known: KnownSessions,
  { check, admitNow }: Pick<Governed, "check" | "admitNow">,
): Pick<Governed, "check" | "admitNow"> {
  const find = (key: GovernedKey): LiveSession | null => {
    if (!isKey(key)) return null;
    const session = known.get(key);
    if (session === undefined || !isRead(session) || session.read.end !== null) return null;
    return judgeIdentity(feed, session.read.identity).kind === "good" ? session : null;
  };

  return {
    async check(key) {
      const session = find(key);
      return session === null ? check(key) : session.read.identity;
    },

    admitNow(input) {
      const session = find(input);
      if (session === null || session.read.shown === null || !saysNothingNew(session, input))
        return admitNow(input);
      const { identity, shown } = session.read;
      return { session: shown.session, user: shown.user, identity, now: feed.now() };
    },
  };
}

const isRead = (session: KnownSession): session is LiveSession => session.read !== null;

const isKey = (key: unknown): boolean =>
  isObject(key) && typeof key["accountId"] === "string" && typeof key["hostSessionId"] === "string";

const saysNothingNew = ({ said, read }: LiveSession, input: OpenGoverned): boolean =>
  isObject(input.user) && !hasNews(said, read.identity, input) && hasSoundBeginning(input);
