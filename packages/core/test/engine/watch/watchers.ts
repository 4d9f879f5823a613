import { vi } from "vitest";
import type { SessionChange } from "../../../src/curfew.js";
import { createWatchers } from "../../../src/engine/watch/watchers.js";
import type { FeedRow, FeedScope } from "../../../src/revocation/feed.js";
import { createRevocationMemory } from "../../../src/revocation/memory.js";
import { fateOf, type SessionSnapshot } from "../../../src/session/session.js";
import type { Store } from "../../../src/store.js";
import { NOW, scriptedStore, session, snapshot, user } from "../../fixtures.js";

let sequence = 0;
export const row = (scope: FeedScope, accountId = "acme", at = NOW): FeedRow => ({
  sequence: ++sequence,
  accountId,
  at,
  ...scope,
});
/** Waits until the watchers have done all that they can do at once. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Watchers on a database and a feed whose content the test sets. */
export function openWatchers(first: readonly SessionSnapshot[] = [snapshot()]) {
  const memory = createRevocationMemory();
  const database = {
    sessions: new Map(first.map((each) => [each.session.id, each])),
    /** What the store closes a session that is past a deadline; null: a refresh moved the deadline. */
    closes: true,
    fails: false,
    now: NOW,
    isFresh: true,
    unread: new Set<number>(),
    set snapshot(changed: SessionSnapshot) {
      this.sessions.set(changed.session.id, changed);
    },
  };
  const readSessions = vi.fn(async (_accountId: string, ids: readonly string[]) => {
    if (database.fails) throw new Error("down");
    return ids.flatMap((id) => database.sessions.get(id) ?? []);
  });
  const closeExpired = vi.fn<Store["closeExpired"]>(async (_accountId, id) => {
    const open = database.sessions.get(id);
    if (open === undefined) return { kind: "not_found" };
    const before = fateOf(open);
    if (before.state !== "live" && open.session.endedAt !== null)
      return { kind: "ended", fate: before, closed: false };
    if (!database.closes) return { kind: "live" };
    const { idleExpiresAt } = open.session;
    database.snapshot = { ...open, session: { ...open.session, endedAt: idleExpiresAt, endReason: "idle" } };
    return {
      kind: "ended",
      fate: { state: "expired", reason: "idle", endedAt: idleExpiresAt },
      closed: true,
    };
  });
  const watchers = createWatchers({
    store: scriptedStore({
      readSessions,
      closeExpired,
      readSession: async (_accountId, id) => database.sessions.get(id) ?? null,
    }),
    feed: {
      judge: (standing) => memory.judge(standing),
      hasRead: (each) => !database.unread.has(each),
      isFresh: () => database.isFresh,
      now: () => database.now,
    },
  });
  const read = (...rows: FeedRow[]): void => {
    memory.add(rows);
    watchers.onRows(rows);
    watchers.onRead();
  };
  return {
    memory,
    database,
    watchers,
    readSessions,
    closeExpired,
    /** Reads rows from the feed. */
    read,
    async watch(sessionId = "s1", issuedAt?: number) {
      const changes: SessionChange[] = [];
      const watched = await watchers.watch(
        { accountId: "acme", sessionId, ...(issuedAt === undefined ? {} : { issuedAt }) },
        (change) => changes.push(change),
      );
      return { changes, watched };
    },
  };
}

/** Watches session s1 of acme. */
export async function watchSession(first: SessionSnapshot = snapshot()) {
  const opened = openWatchers([first]);
  const { changes, watched } = await opened.watch();
  opened.readSessions.mockClear();
  return { ...opened, changes, watched };
}

export const owner = snapshot();
export const member = snapshot({ user: user({ role: "member" }) });
export const byOwner = {
  kind: "ended",
  fate: { state: "revoked", reason: "revoked_by_owner", endedAt: NOW },
};
export const everyone = { scope: "account", epoch: 8, spares: null, reason: "revoked_by_owner" } as const;
export const newPolicy = (version: number, applied = false) =>
  ({ scope: "policy", version, applied }) as const;
export const newRole = (epoch: number, userId = "ada") => ({ scope: "role", userId, epoch }) as const;
export const revoked = snapshot({ session: session({ endedAt: NOW + 1, endReason: "revoked_by_owner" }) });
