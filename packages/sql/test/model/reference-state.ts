import { effectiveLimits } from "./reference-policy.js";
import type {
  EventSays,
  Expiry,
  Policy,
  RecordedEvent,
  RefAccount,
  RefEnding,
  RefSession,
  RefUser,
  Revocation,
  Settings,
  SignOutMoment,
  Touches,
} from "./reference-types.js";

const MINUTE = 60_000;

/** What the reference remembers, and the steps that its rules share. */
export class ReferenceState {
  now: number;
  readonly settings: Settings;
  accounts: RefAccount[];
  users: RefUser[] = [];
  sessions: RefSession[] = [];
  trail: RecordedEvent[] = [];
  endings: RefEnding[] = [];
  signOutMoments: SignOutMoment[] = [];
  /** The last deletion of each account and of each user, known or not. */
  deletions: SignOutMoment[] = [];
  /** Users who were deleted. */
  gone: RefUser[] = [];
  touches: Touches[] = [];

  constructor(now: number, accounts: string[], settings: Settings) {
    this.now = now;
    this.settings = settings;
    this.accounts = accounts.map((name) => ({
      name,
      policy: { idle: null, absolute: null },
      version: 1,
      applied: 0,
      signOuts: [],
      isGone: false,
    }));
  }

  /** Sets the clock. Each session whose deadline has passed expires at that deadline. */
  moveTo(now: number): void {
    this.now = now;
    for (const session of this.sessions) this.expireIfDue(session);
  }

  account(name: string): RefAccount {
    const account = this.accounts.find((candidate) => candidate.name === name);
    if (account === undefined) throw new Error(`no account ${name}`);
    return account;
  }

  user(account: string, name: string): RefUser | null {
    return this.users.find((user) => user.account === account && user.name === name) ?? null;
  }

  session(name: string): RefSession {
    const session = this.knownSession(name);
    if (session === null) throw new Error(`no session ${name}`);
    return session;
  }

  /** Null for a host session that was never seen. */
  knownSession(name: string): RefSession | null {
    return this.sessions.find((candidate) => candidate.name === name) ?? null;
  }

  live(account: string, user?: string): RefSession[] {
    return this.sessions.filter(
      (session) =>
        session.account === account && session.end === null && (user === undefined || session.user === user),
    );
  }

  absoluteDeadline({ absoluteFrom, absolute, notAfter }: RefSession): number {
    return Math.min(absoluteFrom + absolute * MINUTE, notAfter ?? Number.POSITIVE_INFINITY);
  }

  idleDeadline(session: RefSession): number {
    return Math.min(session.lastActiveAt + session.idle * MINUTE, this.absoluteDeadline(session));
  }

  effective(policy: Policy): { idle: number; absolute: number } {
    return effectiveLimits(this.settings, policy);
  }

  newUser(account: string, name: string, role: "owner" | "member", lastLoginAt: number): RefUser {
    const isSame = (user: RefUser): boolean => user.account === account && user.name === name;
    const user: RefUser = {
      account,
      name,
      role,
      disabled: false,
      lastLoginAt,
      // No password check from before the deletion of a user counts for one of the same name.
      invalidations: 1 + (this.gone.findLast(isSame)?.invalidations ?? -1),
      roleChanges: 0,
    };
    this.users.push(user);
    this.account(account).isGone = false;
    return user;
  }

  /** Returns whether the role has changed. */
  setRole(user: RefUser, role: "owner" | "member"): boolean {
    if (user.role === role) return false;
    user.role = role;
    user.roleChanges += 1;
    user.invalidations += 1;
    return true;
  }

  userOf(session: RefSession): RefUser {
    const user = this.user(session.account, session.user);
    if (user === null) throw new Error(`${session.name} has no user`);
    return user;
  }

  /** Ends the other sessions of a user, for a session that begins. */
  endOthers(user: RefUser, newest: string): void {
    for (const other of this.live(user.account, user.name))
      if (other.name !== newest) this.revoke(other, "password_changed");
    user.invalidations += 1;
    this.rememberSignOut(user.account, user.name, "password_changed");
    this.hear("user", user.account, { user: user.name, spares: newest, reason: "password_changed" });
  }

  enforceLimit(newest: RefSession): void {
    const { idOf } = this.settings;
    const others = this.live(newest.account, newest.user)
      .filter((session) => session !== newest)
      .sort((a, b) => a.lastActiveAt - b.lastActiveAt || (idOf(a.name) < idOf(b.name) ? -1 : 1));
    for (const session of others.slice(0, Math.max(others.length + 1 - this.settings.sessionsPerUser, 0))) {
      this.revokeOne(session, "session_limit");
      this.record(session.account, "session.revoked", session.name, { reason: "session_limit" });
    }
  }

  revoke(session: RefSession, reason: Revocation): void {
    session.end = { kind: "revoked", reason, at: this.now };
  }

  /** Revokes a session by an act of its own, which is heard. */
  revokeOne(session: RefSession, reason: Revocation): void {
    this.revoke(session, reason);
    this.hear("session", session.account, { session: session.name, reason });
  }

  /** @param user null for the whole account */
  rememberSignOut(account: string, user: string | null, reason: Revocation): void {
    this.signOutMoments = this.signOutMoments.filter(
      (moment) => moment.account !== account || moment.user !== user,
    );
    this.signOutMoments.push({ account, user, reason, at: this.now });
  }

  /** @param user null for the whole account */
  deletionOf(account: string, user: string | null): SignOutMoment | null {
    return this.deletions.find((deletion) => deletion.account === account && deletion.user === user) ?? null;
  }

  rememberDeletion(account: string, user: string | null, reason: Revocation): void {
    this.deletions = this.deletions.filter((other) => other !== this.deletionOf(account, user));
    this.deletions.push({ account, user, reason, at: this.now });
    // It is the last of its moments.
    this.signOutMoments = this.signOutMoments.filter(
      (moment) => moment.account !== account || (user !== null && moment.user !== user),
    );
  }

  expireIfDue(session: RefSession): void {
    if (session.end !== null) return;
    const { reason, at } = this.nearestDeadline(session);
    if (this.now < at) return;
    session.end = { kind: "expired", reason, at };
    this.recordExpiry(session, { reason, at });
  }

  nearestDeadline(session: RefSession): { reason: "idle" | "absolute"; at: number } {
    const idle = this.idleDeadline(session);
    const absolute = this.absoluteDeadline(session);
    return { reason: idle < absolute ? "idle" : "absolute", at: Math.min(idle, absolute) };
  }

  hear(
    scope: RefEnding["scope"],
    account: string,
    heard: { reason: Revocation; user?: string; session?: string; spares?: string | null },
  ): void {
    const { user = null, session = null, spares = null, reason } = heard;
    this.endings.push({ account, scope, user, session, spares, reason, at: this.now });
  }

  record(account: string, type: string, session: string | null, says: EventSays = {}): void {
    this.trail.push({ account, type, session, at: this.now, says });
  }

  recordExpiry({ account, name }: RefSession, { reason, at }: { reason: Expiry; at: number }): void {
    this.trail.push({ account, type: "session.expired", session: name, at, says: { reason } });
  }
}
