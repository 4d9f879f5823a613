import type { EndGovernedOptions, Governed, GovernedKey } from "../../curfew-governed.js";
import { governedSessionId } from "../../session/governed-id.js";
import type { EngineContext } from "../context.js";
import type { Watchers } from "../watch/watchers.js";
import { createCheck } from "./check.js";
import { createImport } from "./import.js";
import { createKnownSessions } from "./known-sessions.js";
import { createOpen } from "./open.js";
import { createTouch } from "./touch.js";

/** Creates `Curfew.governed`. */
export function createGoverned(context: EngineContext, watch: Watchers["watch"]): Governed {
  const known = createKnownSessions(context.settings.accessTokenSeconds);
  return {
    open: createOpen(context, known),
    check: createCheck(context, known),
    touch: createTouch(context, known),
    end: (key, options = {}) => endGoverned(context, key, options),
    async watch(key, listener) {
      const { accountId, hostSessionId } = key;
      return watch({ accountId, sessionId: governedSessionId(accountId, hostSessionId) }, listener);
    },
    import: createImport(context),
  };
}

async function endGoverned(
  { store, readSettled, feed }: Pick<EngineContext, "store" | "readSettled" | "feed">,
  key: GovernedKey,
  options: EndGovernedOptions,
): Promise<void> {
  const { reason = "signed_out", actor } = options;
  const { accountId } = key;
  const sessionId = governedSessionId(accountId, key.hostSessionId);
  const settled = await readSettled(accountId, sessionId);
  if (settled === null || settled.fate.state !== "live") return;
  const { session, user } = settled.snapshot;
  const outcome = await store.endSession({
    accountId,
    sessionId,
    reason,
    event: {
      type: reason === "signed_out" ? "user.signed_out" : "session.revoked",
      actorId: actor === undefined ? user.id : actor.userId,
      sessionId,
      ip: options.ip ?? actor?.ip ?? null,
      details: { reason, user_id: user.id, device: session.device.label },
    },
  });
  if (outcome.kind === "ended") feed.remember(outcome.feed);
}
