import { vi } from "vitest";
import { createCurfew } from "../../src/engine.js";
import { deriveMacKey } from "../../src/keys.js";
import type { Trouble } from "../../src/options.js";
import { createRefreshTokens } from "../../src/session/refresh-token.js";
import type { SessionSnapshot } from "../../src/session/session.js";
import type { CloseOutcome, EndOutcome, RefreshedSession, RefreshInput, Store } from "../../src/store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { emptyFeed, NOW, scriptedStore, snapshot } from "../fixtures.js";

export const secret = Buffer.alloc(32, 1);
const tokens = createRefreshTokens([deriveMacKey(secret)]);
export const tokenOf = (generation: number) =>
  tokens.issue({ accountId: "acme", sessionId: "s1", generation });

/** An engine whose store returns `refreshed` from `refreshSession` and `stored` from `readSession`, in order. */
export function engineWith(results: {
  refreshed?: (RefreshedSession | null)[];
  stored?: (SessionSnapshot | null)[];
  ended?: EndOutcome;
  closed?: CloseOutcome;
  noted?: (RefreshedSession | null)[];
  shadowLimit?: number;
}) {
  const calls: RefreshInput[] = [];
  const troubles: Trouble[] = [];
  const closeExpired = vi.fn<Store["closeExpired"]>(async () => results.closed ?? { kind: "live" });
  const recordEvent = vi.fn<Store["recordEvent"]>(async () => undefined);
  const endSession = vi.fn<Store["endSession"]>(async () => results.ended ?? { kind: "not_live" });
  const refreshAndNote = vi.fn<Store["refreshAndNote"]>(async () => results.noted?.shift() ?? null);
  const store = scriptedStore({
    ...emptyFeed,
    refreshAndNote,
    refreshSession: async (input) => {
      calls.push(input);
      return results.refreshed?.shift() ?? null;
    },
    readSession: async () => {
      const next = results.stored?.shift();
      return next === undefined ? snapshot() : next;
    },
    closeExpired,
    recordEvent,
    endSession,
  });
  const clock = new FakeClock(NOW);
  const curfew = createCurfew({
    store,
    secret,
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
    onTrouble: (trouble) => troubles.push(trouble),
    ...(results.shadowLimit === undefined ? {} : { shadowLimit: results.shadowLimit }),
  });
  return { curfew, calls, troubles, closeExpired, recordEvent, endSession, refreshAndNote };
}
