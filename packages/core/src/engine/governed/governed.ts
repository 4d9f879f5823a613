import type { EndGovernedOptions, Governed, GovernedKey } from "../../curfew-governed.js";
import { governedSessionId } from "../../session/governed-id.js";
import type { EngineContext } from "../context.js";
import { endRead } from "../revoke.js";
import type { Watchers } from "../watch/watchers.js";
import { createAdmit } from "./admit.js";
import { createCheck } from "./check.js";
import { createImport } from "./import.js";
import type { KnownSessions } from "./known-sessions.js";
import { createOpen } from "./open.js";
import { answerOf, createTouch } from "./touch.js";

/** Creates `Curfew.governed`. `createRecall` comes before it. */
export function createGoverned(
  context: EngineContext,
  known: KnownSessions,
  watch: Watchers["watch"],
): Governed {
  const open = createOpen(context, known);
  return {
    open: async (input) => answerOf(await open(input)),
    admit: createAdmit(context, known, open),
    // What may be admitted at once is answered before.
    admitNow: () => null,
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
  context: Pick<EngineContext, "store" | "readSettled" | "feed">,
  key: GovernedKey,
  options: EndGovernedOptions,
): Promise<void> {
  const { reason = "signed_out", actor } = options;
  const { accountId, hostSessionId } = key;
  const settled = await context.readSettled(accountId, governedSessionId(accountId, hostSessionId));
  if (settled === null || settled.fate.state !== "live") return;
  await endRead(context, settled.snapshot, {
    reason,
    actorId: actor === undefined ? settled.snapshot.user.id : actor.userId,
    ip: options.ip ?? actor?.ip ?? null,
  });
}
