import type { AuditEvent, EventType, NewEvent } from "../../src/events.js";
import { createUuidv7 } from "../../src/id.js";
import type { FeedRow } from "../../src/revocation/feed.js";
import {
  type AccountState,
  fateOf,
  type RevocationReason,
  type Role,
  type Session,
  type SessionFate,
  type SessionSnapshot,
  type User,
} from "../../src/session/session.js";
import type {
  HostTimes,
  ImportedSession,
  ImportInput,
  ImportOutcome,
  RefreshedSession,
  RefreshInput,
  RevokeOutcome,
  SignInSnapshot,
  StartInput,
  StartOutcome,
  Store,
  StoredPolicy,
  StoreUserUpdate,
  UpdateUserOutcome,
  WritePolicyOutcome,
} from "../../src/store.js";
import type { DeleteAccountInput, DeleteUserInput } from "../../src/store-deletion.js";
import type { FakeClock } from "../fake-clock.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GRACE_MS = 10_000;

/** The default limits of a session. */
export const LIMITS = { idleMinutes: 60, absoluteMinutes: 1440 };

/** Limits for tests in which a session expires. */
export const SHORT_LIMITS = { idleMinutes: 10, absoluteMinutes: 30 };

export const NO_ACTOR = { userId: null, sessionId: null, ip: null };

/** An open store, whatever the type of its host's statements. */
export interface StoreOnFakeClock {
  readonly store: Store;
  readonly clock: FakeClock;
  /** Starts a session with host statements that throw after a write. */
  startWithFailingStatements(input: StartInput): Promise<StartOutcome>;
  updateWithFailingStatements(input: StoreUserUpdate): Promise<UpdateUserOutcome>;
  readonly deleteWithFailingStatements: {
    user(input: DeleteUserInput): Promise<unknown>;
    account(input: DeleteAccountInput): Promise<unknown>;
  };
}

/** The input of a sign-in. Defaults: a new owner, no device, no key, `LIMITS`. */
export type SignInInput = Partial<Omit<StartInput, "accountId" | "expected">> & {
  /** As read before the password check. Without it nothing was checked before. */
  prepared?: SignInSnapshot;
  /** Of `prepared`, only the role is expected. */
  rechecks?: boolean;
};

/** The input of a first sight. Defaults: as of `SignInInput`, issued now, kept for 90 days. */
export type FirstSightInput = Omit<SignInInput, "times"> & { times?: Partial<HostTimes> };

type Started = Extract<StartOutcome, { kind: "started" }>;

/** Everything that the port shows of an account. */
export interface AccountSnapshot {
  readonly sessions: readonly SessionSnapshot[];
  readonly events: readonly AuditEvent[];
  readonly policy: StoredPolicy;
  readonly account: AccountState;
  readonly users: readonly User[];
  readonly feed: readonly FeedRow[];
}

let idCount = 0;

/** Odd, so that each count yields another number (Knuth's multiplicative hash). */
const HASH_MULTIPLIER = 2_654_435_761;

/** Returns an id that is unique in this test run. */
export const newId = createUuidv7((size) => {
  idCount += 1;
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(4, Math.imul(idCount, HASH_MULTIPLIER) >>> 0);
  return bytes;
});

export const eventOf = (type: EventType, changes: Partial<NewEvent> = {}): NewEvent => ({
  type,
  actorId: null,
  sessionId: null,
  ip: null,
  details: {},
  ...changes,
});

/** The moments of a session that its host issued and that has been in use since. */
const hostTimes = (startedAt: number, changes: Partial<HostTimes> = {}): HostTimes => ({
  startedAt,
  authenticatedAt: startedAt,
  lastActiveAt: null,
  absoluteFrom: null,
  notAfter: null,
  ...changes,
});

/** One account in the store under test, with shortcuts for calls on it. */
export class StoreTestContext {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly accountId: string;
  /** Delete a user or an account with host statements that throw after a write. */
  readonly deleteWithFailingStatements: StoreOnFakeClock["deleteWithFailingStatements"];
  readonly #opened: StoreOnFakeClock;
  readonly #sessionIds = new Set<string>();

  constructor(opened: StoreOnFakeClock) {
    this.store = opened.store;
    this.clock = opened.clock;
    this.accountId = newId(opened.clock.now());
    this.deleteWithFailingStatements = opened.deleteWithFailingStatements;
    this.#opened = opened;
  }

  /** Another account in the same store. */
  otherAccount(): StoreTestContext {
    return new StoreTestContext(this.#opened);
  }

  newId(): string {
    return newId(this.clock.now());
  }

  newUser(name = "Ada", role: Role = "owner"): StartInput["user"] {
    const id = this.newId();
    return { id, name, email: `${name.toLowerCase()}.${id.slice(-4)}@example.test`, role };
  }

  /** Starts a session. */
  async startSession(input: SignInInput = {}): Promise<StartOutcome> {
    return this.store.startSession(await this.#startInput(input));
  }

  /** Starts a session with host statements that throw after a write. */
  async startWithFailingStatements(input: SignInInput): Promise<StartOutcome> {
    return this.#opened.startWithFailingStatements(await this.#startInput(input));
  }

  /** Updates a user with host statements that throw after a write. */
  updateWithFailingStatements(input: StoreUserUpdate): Promise<UpdateUserOutcome> {
    return this.#opened.updateWithFailingStatements(input);
  }

  /** Starts a session and throws if the store refuses. */
  async signIn(input: SignInInput = {}): Promise<Started> {
    const outcome = await this.startSession(input);
    if (outcome.kind !== "started") throw new Error(`the sign-in was refused: ${outcome.kind}`);
    return outcome;
  }

  /** Starts a session that a host issued. */
  firstSight({ times = {}, ...input }: FirstSightInput = {}): Promise<StartOutcome> {
    const now = this.clock.now();
    return this.startSession({
      governed: { keepUntil: now + 90 * DAY },
      sessionsPerUser: null,
      ...input,
      times: hostTimes(times.startedAt ?? now, times),
    });
  }

  /** Starts a session that a host issued, and throws if it is not live. */
  async adopt(input: FirstSightInput = {}): Promise<Started> {
    const outcome = await this.firstSight(input);
    if (outcome.kind !== "started") throw new Error(`the session was not started: ${outcome.kind}`);
    return outcome;
  }

  /** One session for `importSessions`. Defaults: a new member, issued now, kept for 90 days. */
  imported({
    times = {},
    ...input
  }: Partial<Omit<ImportedSession, "times">> & { times?: Partial<HostTimes> } = {}): ImportedSession {
    const now = this.clock.now();
    return {
      sessionId: this.newId(),
      user: this.newUser("Ben", "member"),
      keepUntil: now + 90 * DAY,
      device: { label: null, userAgent: null, ip: null },
      ...input,
      times: hostTimes(times.startedAt ?? now, times),
    };
  }

  /** Imports sessions under the current version of the policy. */
  async importSessions(
    sessions: readonly ImportedSession[],
    changes: Partial<ImportInput> = {},
  ): Promise<ImportOutcome> {
    for (const { sessionId } of sessions) this.#sessionIds.add(sessionId);
    const { version } = await this.store.readPolicy(this.accountId);
    return this.store.importSessions({
      accountId: this.accountId,
      sessions,
      expectedPolicyVersion: version,
      limits: LIMITS,
      event: { type: "sessions.imported", details: {} },
      ...changes,
    });
  }

  async #startInput({ prepared, rechecks = false, ...input }: SignInInput): Promise<StartInput> {
    const user = input.user ?? this.newUser();
    const snapshot = prepared ?? (await this.store.readSignIn(this.accountId, user.id));
    const sessionId = input.sessionId ?? this.newId();
    this.#sessionIds.add(sessionId);
    return {
      accountId: this.accountId,
      sessionId,
      user,
      expected: {
        policyVersion: snapshot.account.policyVersion,
        epochs:
          prepared === undefined || rechecks
            ? null
            : { account: prepared.account.epoch, user: prepared.user?.epoch ?? null },
        user: rechecks ? snapshot.user : null,
      },
      limits: LIMITS,
      times: null,
      governed: null,
      keyThumbprint: null,
      device: { label: null, userAgent: null, ip: null },
      sessionsPerUser: 100,
      replaces: null,
      endsOthers: null,
      event: { type: "user.signed_in", details: {} },
      ...input,
    };
  }

  /** Refreshes a session; by default with its current token and key. */
  refresh(session: Session, input: Partial<RefreshInput> = {}): Promise<RefreshedSession | null> {
    return this.store.refreshSession({
      accountId: session.accountId,
      sessionId: session.id,
      generation: session.generation,
      provenThumbprint: session.keyThumbprint,
      idleForMs: 0,
      graceMs: GRACE_MS,
      network: null,
      device: null,
      ...input,
    });
  }

  /** Returns the state of a session of this account; null if there is none. */
  async fate(session: Pick<Session, "id">): Promise<SessionFate | null> {
    const snapshot = await this.store.readSession(this.accountId, session.id);
    return snapshot === null ? null : fateOf(snapshot);
  }

  async readSession(session: Pick<Session, "id">): Promise<Session> {
    const snapshot = await this.store.readSession(this.accountId, session.id);
    if (snapshot === null) throw new Error("session not found");
    return snapshot.session;
  }

  async revokeAccount(
    reason: RevocationReason = "revoked_by_owner",
    spared: Session | null = null,
  ): Promise<Extract<RevokeOutcome, { kind: "revoked" }>> {
    const outcome = await this.store.revokeAccount({
      accountId: this.accountId,
      reason,
      spareSessionId: spared?.id ?? null,
      event: eventOf("sessions.revoked", { details: { scope: "all" } }),
    });
    if (outcome.kind !== "revoked") throw new Error(outcome.kind);
    return outcome;
  }

  async revokeUser(
    userId: string,
    reason: RevocationReason = "revoked_by_owner",
    spared: Session | null = null,
  ): Promise<RevokeOutcome> {
    return this.store.revokeUser({
      accountId: this.accountId,
      userId,
      reason,
      spareSessionId: spared?.id ?? null,
      event: eventOf("sessions.revoked", { details: { user_id: userId } }),
    });
  }

  /** Writes a policy after the current version. */
  async writePolicy(
    shorten: { idleMinutes: number; absoluteMinutes: number } | null,
    override: { idleMinutes: number | null; absoluteMinutes: number | null } = shorten ?? {
      idleMinutes: 30,
      absoluteMinutes: null,
    },
    caller: Pick<Session, "id"> | null = null,
  ): Promise<Extract<WritePolicyOutcome, { kind: "written" }>> {
    const { version } = await this.store.readPolicy(this.accountId);
    const outcome = await this.store.writePolicy({
      accountId: this.accountId,
      expectedVersion: version,
      override,
      shorten,
      callerSessionId: caller?.id ?? null,
      activeUsersLimit: 100,
      event: eventOf("policy.changed"),
    });
    if (outcome.kind !== "written") throw new Error(outcome.kind);
    return outcome;
  }

  /** Sweeps until nothing is left to do, and deletes nothing. */
  async sweepAll(batch = 100): Promise<void> {
    const never = 1000 * DAY;
    const retention = { endedRetentionMs: never, feedRetentionMs: never, auditRetentionMs: never };
    while ((await this.store.sweep({ batch, ...retention })).more);
  }

  /** Returns the newest event of a type. */
  async latestEvent(type: EventType): Promise<AuditEvent> {
    const page = await this.store.listEvents({ accountId: this.accountId, type, limit: 1, after: null });
    const [event] = page.items;
    if (event === undefined) throw new Error(`no ${type} was recorded`);
    return event;
  }

  /** Returns the account's audit trail, newest first, of the given types or of all. */
  async auditTrail(
    ...types: EventType[]
  ): Promise<{ type: EventType; sessionId: string | null; at: number }[]> {
    const { items } = await this.store.listEvents({ accountId: this.accountId, limit: 1000, after: null });
    return items
      .filter((item) => types.length === 0 || types.includes(item.type))
      .map(({ type, sessionId, at }) => ({ type, sessionId, at }));
  }

  /** Returns this account's rows of the feed, in the order written. */
  async feedRows(): Promise<readonly FeedRow[]> {
    const page = await this.store.readFeed({ cursor: null, sinceMs: 1000 * DAY });
    return page.rows
      .filter((row) => row.accountId === this.accountId)
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** Returns the ids of the live sessions, in list order. */
  async liveSessionIds(userId?: string): Promise<string[]> {
    const page = await this.store.listSessions({
      accountId: this.accountId,
      ...(userId === undefined ? {} : { userId }),
      limit: 1000,
      after: null,
    });
    return page.items.map((item) => item.session.id);
  }

  /** Returns the account's users, in list order. */
  async users(): Promise<readonly User[]> {
    const page = await this.store.listUsers({ accountId: this.accountId, limit: 1000, after: null });
    return page.items;
  }

  /** Reads everything that the port shows of the account, for comparing before and after. */
  async snapshot(): Promise<AccountSnapshot> {
    const sessions: SessionSnapshot[] = [];
    for (const sessionId of this.#sessionIds) {
      const snapshot = await this.store.readSession(this.accountId, sessionId);
      if (snapshot !== null) sessions.push(snapshot);
    }
    const { items: events } = await this.store.listEvents({
      accountId: this.accountId,
      limit: 1000,
      after: null,
    });
    return {
      sessions,
      events,
      policy: await this.store.readPolicy(this.accountId),
      account: (await this.store.readSignIn(this.accountId, this.accountId)).account,
      users: await this.users(),
      feed: await this.feedRows(),
    };
  }
}
