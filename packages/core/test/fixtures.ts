import type { Session, SessionSnapshot, User } from "../src/session/session.js";
import type { Store } from "../src/store.js";

export const NOW = Date.UTC(2026, 0, 5, 9);
export const MINUTE = 60_000;

export const user = (changes: Partial<User> = {}): User => ({
  accountId: "acme",
  id: "ada",
  name: "Ada",
  email: "ada@acme.example",
  role: "owner",
  disabled: false,
  lastLoginAt: NOW,
  epoch: 3,
  roleEpoch: 0,
  ...changes,
});

export const session = (changes: Partial<Session> = {}): Session => ({
  accountId: "acme",
  id: "s1",
  userId: "ada",
  startedAt: NOW,
  authenticatedAt: NOW,
  isGoverned: false,
  lastActiveAt: NOW,
  idleMinutes: 60,
  absoluteMinutes: 1440,
  idleExpiresAt: NOW + 60 * MINUTE,
  absoluteExpiresAt: NOW + 1440 * MINUTE,
  generation: 0,
  rotatedAt: null,
  rotationNetworks: [],
  sharing: null,
  keyThumbprint: null,
  accountEpoch: 7,
  device: { label: null, userAgent: null, ip: null },
  lastSeen: { label: null, userAgent: null, ip: null },
  deviceChangedAt: null,
  endedAt: null,
  endReason: null,
  ...changes,
});

export const snapshot = (changes: Partial<SessionSnapshot> = {}): SessionSnapshot => ({
  session: session(),
  user: user(),
  account: { epoch: 7, policyVersion: 5, appliedPolicyVersion: 2 },
  epochEnd: null,
  now: NOW,
  ...changes,
});

/** A feed without rows. */
export const emptyFeed: Pick<Store, "readFeed" | "watchFeed"> = {
  readFeed: async () => ({ rows: [], cursor: "0", now: NOW }),
  watchFeed: () => ({ stop: () => undefined }),
};

/** A store with the methods that a test defines, in which no account was deleted; every other method rejects. */
export function scriptedStore(methods: Partial<Store>): Store {
  const all: Partial<Store> = { readAccountTombstone: async () => null, ...methods };
  return new Proxy(all as Store, {
    get: (target, method: keyof Store) =>
      target[method] ?? (() => Promise.reject(new Error(`unexpected call to ${String(method)}`))),
  });
}
