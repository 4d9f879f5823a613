import type { AdmittedSession, Governed, OpenGoverned } from "../../curfew-governed.js";
import { isCurfewError } from "../../errors.js";
import type { EngineContext } from "../context.js";
import { createKnownJudge, readLive } from "./check.js";
import { hasNews, isOfAnother, type KnownSessions, keyOf } from "./known-sessions.js";
import { answerOf } from "./touch.js";

/** Creates `Governed.admit`: `check` for what this process has opened, and `open` for all else. */
export function createAdmit(
  context: Pick<EngineContext, "store" | "feed" | "readSettled">,
  known: KnownSessions,
  open: (input: OpenGoverned) => Promise<AdmittedSession>,
): Governed["admit"] {
  const judge = createKnownJudge(context.feed);

  /** Null: the session is not there any more. */
  const read = async (input: OpenGoverned): Promise<AdmittedSession | null> => {
    try {
      const { snapshot, identity } = await readLive(context, known, keyOf(input));
      return { ...answerOf(snapshot), identity };
    } catch (error) {
      if (isCurfewError(error, "not_found")) return null;
      throw error;
    }
  };

  return async (input, deviceOf) => {
    known.keepShown();
    const entry = known.get(input);
    if (entry?.read && (entry.read.end !== null || !hasNews(entry.said, entry.read.identity, input))) {
      const identity = judge(entry);
      if (identity !== null && entry.read.shown !== null)
        return { ...entry.read.shown, identity, now: context.feed.now() };
      const admitted = await read(input);
      if (admitted !== null && !isOfAnother(admitted.identity, input.user)) return admitted;
    }
    return open(deviceOf === undefined ? input : { ...input, device: { ...deviceOf(), ...input.device } });
  };
}
