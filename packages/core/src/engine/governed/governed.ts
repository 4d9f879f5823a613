import type { Governed } from "../../curfew-governed.js";
import { governedSessionId } from "../../session/governed-id.js";
import type { EngineContext } from "../context.js";
import type { Watchers } from "../watch/watchers.js";
import { createAdmit } from "./admit.js";
import { createCheck } from "./check.js";
import { createEnd } from "./end.js";
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
    end: createEnd(context, open),
    async watch(key, listener) {
      const { accountId, hostSessionId } = key;
      return watch({ accountId, sessionId: governedSessionId(accountId, hostSessionId) }, listener);
    },
    import: createImport(context),
  };
}
