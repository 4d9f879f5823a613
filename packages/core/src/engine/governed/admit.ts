import type { AdmittedSession, Governed, OpenGoverned } from "../../curfew-governed.js";
import { isCurfewError } from "../../errors.js";
import type { EngineContext } from "../context.js";
import { judgeIdentity } from "../judge.js";
import { createKnownJudge, readLive } from "./check.js";
import { digestOf, type HostStatement, type KnownSessions, type RememberedRead } from "./known-sessions.js";
import { answerOf } from "./touch.js";

/** Creates `Governed.admit`: `check` for what this process has opened, and `open` for all else. */
export function createAdmit(
  context: Pick<EngineContext, "store" | "feed" | "readSettled">,
  known: KnownSessions,
  open: (input: OpenGoverned) => Promise<AdmittedSession>,
): Governed["admit"] {
  const judge = createKnownJudge(context.feed);

  /** Null: the session is not there any more. */
  const read = async (input: OpenGoverned, digest: string): Promise<AdmittedSession | null> => {
    try {
      const { snapshot, identity } = await readLive(context, known, input, digest);
      return { ...answerOf(snapshot), identity };
    } catch (error) {
      if (isCurfewError(error, "not_found")) return null;
      throw error;
    }
  };

  return async (input, deviceOf) => {
    const digest = digestOf(input);
    known.keepShown();
    const entry = known.get(digest);
    if (entry?.read && !hasNews(entry.said, entry.read, input)) {
      const identity = judge(entry);
      if (identity !== null && entry.read.shown !== null)
        return { ...entry.read.shown, identity, now: context.feed.now() };
      const admitted = await read(input, digest);
      if (admitted !== null) return admitted;
    }
    return open(deviceOf === undefined ? input : { ...input, device: { ...deviceOf(), ...input.device } });
  };
}

/** Creates `Governed.admitNow`. */
export const createAdmitNow =
  (feed: EngineContext["feed"], known: KnownSessions): Governed["admitNow"] =>
  (input) => {
    const entry = known.get(digestOf(input));
    if (!entry?.read || entry.read.end !== null || hasNews(entry.said, entry.read, input)) return null;
    const { identity, shown } = entry.read;
    return shown !== null && judgeIdentity(feed, identity).kind === "good"
      ? { ...shown, identity, now: feed.now() }
      : null;
  };

/** Whether the host says something that it had not said when this process opened the session. An end is final. */
const hasNews = (
  said: HostStatement | null,
  { end }: RememberedRead,
  { user, authenticatedAt }: OpenGoverned,
): boolean =>
  end === null &&
  (said === null ||
    said.id !== user.id ||
    said.role !== user.role ||
    said.name !== user.name ||
    said.email !== user.email ||
    said.authenticatedAt !== authenticatedAt);
