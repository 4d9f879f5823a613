import type { AuditEvent, EventType, NewEvent } from "../../src/events.js";
import { createUuidv7 } from "../../src/id.js";
import type { FeedRow } from "../../src/revocation/feed.js";
import type {
  AccountState,
  RevocationReason,
  Role,
  Session,
  SessionFate,
  SessionSnapshot,
  User,
} from "../../src/session/session.js";
import { fateOf } from "../../src/session/session.js";
import type {
  RefreshedSession,
  RefreshInput,
  RevokeOutcome,
  SignInSnapshot,
  StartInput,
  StartOutcome,
  StoredPolicy,
  WritePolicyOutcome,
} from "../../src/store.js";
import type { OpenStore } from "./suite.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GRACE_MS = 10_000;

/** The limits that a session gets unless a test says otherwise. */
export const LIMITS = { idleMinutes: 60, absoluteMinutes: 1440 };

export const NOBODY = { userId: null, sessionId: null, ip: null };

export type Started = Extract<StartOutcome, { kind: "started" }>;
export type Revoked = Extract<RevokeOutcome, { kind: "revoked" }>;
export type Written = Extract<WritePolicyOutcome, { kind: "written" }>;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** A sign-in: what it leaves out is an owner's from nowhere, unbound, under `LIMITS`. */
export type SignIn<Extra> = Partial<Omit<StartInput<Extra>, "expected">> & {
  /** As read before the password check; read now where absent. */
  prepared?: SignInSnapshot;
};

/** What `World.everything` shows. */
export interface Everything {
  readonly sessions: readonly SessionSnapshot[];
  readonly events: readonly AuditEvent[];
  readonly policy: StoredPolicy;
  readonly account: AccountState;
  readonly users: readonly User[];
  readonly feed: readonly FeedRow[];
}

let drawn = 0;

/** Odd, so that each count makes another number (Knuth's multiplicative hash). */
const SCATTER = 2_654_435_761;

/** An id that no other has in this run. */
export const newId = createUuidv7((size) => {
  drawn += 1;
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(4, Math.imul(drawn, SCATTER) >>> 0);
  return bytes;
});

export const eventOf = (type: EventType, about: Partial<NewEvent> = {}): NewEvent => ({
  type,
  actorId: null,
  sessionId: null,
  ip: null,
  details: {},
  ...about,
});

/** The one account of a test and what the tests do in it; another account is `world.elsewhere()`. */
export class World<Extra> {
  readonly opened: OpenStore<Extra>;
  readonly accountId: string;
  readonly #sessions: { accountId: string; id: string }[] = [];

  constructor(opened: OpenStore<Extra>) {
    this.opened = opened;
    this.accountId = newId(opened.clock.now());
  }

  get store(): OpenStore<Extra>["store"] {
    return this.opened.store;
  }

  get clock(): OpenStore<Extra>["clock"] {
    return this.opened.clock;
  }

  /** The same store, seen from another account. */
  elsewhere(): World<Extra> {
    return new World(this.opened);
  }

  id(): string {
    return newId(this.clock.now());
  }

  person(name = "Ada", role: Role = "owner"): Person {
    const id = this.id();
    return { id, name, email: `${name.toLowerCase()}.${id.slice(-4)}@example.test`, role };
  }

  startInput(signIn: SignIn<Extra>, prepared: SignInSnapshot): StartInput<Extra> {
    const { prepared: _, ...given } = signIn;
    return {
      accountId: this.accountId,
      sessionId: this.id(),
      user: this.person(),
      expected: {
        accountEpoch: prepared.account.epoch,
        policyVersion: prepared.account.policyVersion,
        userEpoch: prepared.user?.epoch ?? null,
      },
      limits: LIMITS,
      keyThumbprint: null,
      device: { label: null, userAgent: null, ip: null },
      sessionsPerUser: 100,
      replaces: null,
      endsOthers: null,
      event: { type: "user.signed_in", details: {} },
      ...given,
    };
  }

  /** Prepares and starts; the outcome, whatever it is. */
  async start(signIn: SignIn<Extra> = {}): Promise<StartOutcome> {
    const user = signIn.user ?? this.person();
    const prepared = signIn.prepared ?? (await this.store.readSignIn(this.accountId, user.id));
    const input = this.startInput({ ...signIn, user }, prepared);
    this.#sessions.push({ accountId: input.accountId, id: input.sessionId });
    return this.store.startSession(input);
  }

  /** A sign-in that must succeed. */
  async signIn(signIn: SignIn<Extra> = {}): Promise<Started> {
    const outcome = await this.start(signIn);
    if (outcome.kind !== "started") throw new Error(`the sign-in was refused: ${outcome.kind}`);
    return outcome;
  }

  /** Refreshes with the session's own token and key unless told otherwise. */
  refresh(session: Session, input: Partial<RefreshInput> = {}): Promise<RefreshedSession | null> {
    return this.store.refreshSession({
      accountId: session.accountId,
      sessionId: session.id,
      generation: session.generation,
      provenThumbprint: session.keyThumbprint,
      idleForMs: 0,
      graceMs: GRACE_MS,
      ...input,
    });
  }

  /** What became of a session of this account; null where there is none. */
  async fate(session: Pick<Session, "id">): Promise<SessionFate | null> {
    const snapshot = await this.store.readSession(this.accountId, session.id);
    return snapshot === null ? null : fateOf(snapshot);
  }

  async session(session: Pick<Session, "id">): Promise<Session> {
    const snapshot = await this.store.readSession(this.accountId, session.id);
    if (snapshot === null) throw new Error("there is no such session");
    return snapshot.session;
  }

  async revokeAccount(
    reason: RevocationReason = "revoked_by_owner",
    spared: Session | null = null,
  ): Promise<Revoked> {
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

  /** Writes a policy over the current version. */
  async writePolicy(
    shorten: { idleMinutes: number; absoluteMinutes: number } | null,
    override: { idleMinutes: number | null; absoluteMinutes: number | null } = shorten ?? {
      idleMinutes: 30,
      absoluteMinutes: null,
    },
  ): Promise<Written> {
    const { version } = await this.store.readPolicy(this.accountId);
    const outcome = await this.store.writePolicy({
      accountId: this.accountId,
      expectedVersion: version,
      override,
      shorten,
      event: eventOf("policy.changed"),
    });
    if (outcome.kind !== "written") throw new Error(outcome.kind);
    return outcome;
  }

  /** The newest event of a type, which there must be. */
  async recorded(type: EventType): Promise<AuditEvent> {
    const page = await this.store.listEvents({ accountId: this.accountId, type, limit: 1, after: null });
    const [event] = page.items;
    if (event === undefined) throw new Error(`no ${type} was recorded`);
    return event;
  }

  /** The account's audit trail, newest first, without what is left out of `types`. */
  async trail(...types: EventType[]): Promise<{ type: EventType; sessionId: string | null; at: number }[]> {
    const { items } = await this.store.listEvents({ accountId: this.accountId, limit: 1000, after: null });
    return items
      .filter((item) => types.length === 0 || types.includes(item.type))
      .map(({ type, sessionId, at }) => ({ type, sessionId, at }));
  }

  /** Every row of the feed that belongs to this account, in the order written. */
  async feed(): Promise<readonly FeedRow[]> {
    const page = await this.store.readFeed({ cursor: null, sinceMs: 1000 * DAY });
    return page.rows
      .filter((row) => row.accountId === this.accountId)
      .sort((one, other) => one.sequence - other.sequence);
  }

  /** Ids of the live sessions as they are listed. */
  async listed(userId?: string): Promise<string[]> {
    const page = await this.store.listSessions({
      accountId: this.accountId,
      ...(userId === undefined ? {} : { userId }),
      limit: 1000,
      after: null,
    });
    return page.items.map((item) => item.session.id);
  }

  /** All of the account that the port can show, for comparing before and after. */
  async everything(): Promise<Everything> {
    const sessions: SessionSnapshot[] = [];
    for (const { accountId, id } of this.#sessions) {
      const snapshot = await this.store.readSession(accountId, id);
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
      users: await this.store.listUsers(this.accountId),
      feed: await this.feed(),
    };
  }
}
