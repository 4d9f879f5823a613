import { isOnNewDevice, networkOf, sharedRotations } from "./reference-clients.js";
import { effectiveLimits, policyFault } from "./reference-policy.js";
import {
  type AccessToken,
  type Client,
  type Granted,
  type Policy,
  type Prepared,
  type Proof,
  type RecordedEvent,
  type RefAccount,
  type RefreshToken,
  type RefSession,
  type RefUser,
  type Refused,
  type Revocation,
  refused,
  refusedAsEnded,
  type Settings,
  type SignIn,
} from "./reference-types.js";

const MINUTE = 60_000;

/**
 * The rules for sessions as a simple model: arrays and loops, without a database, epochs or a feed, and
 * without code of the engine. Every end takes effect at its own time.
 */
export class Reference {
  now: number;
  readonly settings: Settings;
  accounts: RefAccount[];
  users: RefUser[] = [];
  sessions: RefSession[] = [];
  trail: RecordedEvent[] = [];

  constructor(now: number, accounts: string[], settings: Settings) {
    this.now = now;
    this.settings = settings;
    this.accounts = accounts.map((name) => ({
      name,
      policy: { idle: null, absolute: null },
      version: 1,
      applied: 0,
      signOuts: [],
    }));
  }

  copy(): Reference {
    const copy = new Reference(this.now, [], this.settings);
    const { accounts, users, sessions, trail } = this;
    return Object.assign(copy, structuredClone({ accounts, users, sessions, trail }));
  }

  /** Sets the clock. Each session whose deadline has passed expires at that deadline. */
  moveTo(now: number): void {
    this.now = now;
    for (const session of this.sessions) this.#expireIfDue(session);
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
    const session = this.sessions.find((candidate) => candidate.name === name);
    if (session === undefined) throw new Error(`no session ${name}`);
    return session;
  }

  live(account: string, user?: string): RefSession[] {
    return this.sessions.filter(
      (session) =>
        session.account === account && session.end === null && (user === undefined || session.user === user),
    );
  }

  absoluteDeadline(session: RefSession): number {
    return session.startedAt + session.absolute * MINUTE;
  }

  idleDeadline(session: RefSession): number {
    return Math.min(session.lastActiveAt + session.idle * MINUTE, this.absoluteDeadline(session));
  }

  effective(policy: Policy): { idle: number; absolute: number } {
    return effectiveLimits(this.settings, policy);
  }

  prepare(account: string, user: string): Prepared {
    return {
      account,
      user,
      signOuts: this.account(account).signOuts.length,
      invalidations: this.user(account, user)?.invalidations ?? null,
    };
  }

  signIn(input: SignIn): Granted | Refused {
    const { account, key, endsOthers } = input;
    const existing = this.user(account, input.user);
    if (existing?.disabled) return refused("user_disabled");
    if (input.prepared !== null && (existing?.invalidations ?? null) !== input.prepared.invalidations)
      return refused("sign_in_superseded");
    const signOut = input.prepared && this.account(account).signOuts[input.prepared.signOuts];
    if (signOut) return refusedAsEnded({ kind: "revoked", ...signOut });

    const user = existing ?? this.#newUser(account, input.user, input.role);
    this.#setRole(user, input.role);
    if (endsOthers) {
      for (const other of this.live(account, user.name)) this.#revoke(other, "password_changed");
      user.invalidations += 1;
    }
    if (input.replaces !== null) {
      const old = this.session(input.replaces.session);
      const isProven = old.key === null || input.replaces.proof === "right";
      if (old.end === null && isProven) {
        this.#revoke(old, "signed_out");
        this.#record(old.account, "user.signed_out", old.name);
      }
    }
    user.lastLoginAt = this.now;

    const { idle, absolute } = this.effective(this.account(account).policy);
    const session: RefSession = {
      name: input.session,
      account,
      user: user.name,
      key,
      startedAt: this.now,
      lastActiveAt: this.now,
      idle,
      absolute,
      generation: 0,
      rotatedAt: null,
      rotations: [],
      shared: [],
      seen: [input.client],
      deviceChanges: [],
      end: null,
      proofFailures: [],
    };
    this.sessions.push(session);
    this.#record(account, endsOthers ? "password.changed" : "user.signed_in", session.name);
    this.#enforceLimit(session);
    return this.#grant(session);
  }

  refresh(token: RefreshToken | null, proof: Proof, idleForMs: number, client: Client): Granted | Refused {
    if (token === null) return refused("unauthenticated");
    const session = this.session(token.session);
    if (session.end !== null) return refusedAsEnded(session.end);
    const sinceRotation = session.rotatedAt === null ? null : this.now - session.rotatedAt;
    const { graceMs, shadowLimit } = this.settings;
    const isInGrace = sinceRotation !== null && sinceRotation < graceMs;
    const behind = session.generation - token.generation;

    if (session.key !== null && proof !== "right") {
      const minute = Math.floor(this.now / MINUTE);
      if (!session.proofFailures.includes(minute)) {
        session.proofFailures.push(minute);
        this.#record(session.account, "session.proof_failed", session.name);
      }
      return refused(proof === "use_dpop_nonce" ? "use_dpop_nonce" : "invalid_proof");
    }
    const isReused = behind > 0 && !(behind === 1 && isInGrace);
    const shared = behind === 1 && shadowLimit > 0 ? sharedRotations(session, client, this.now) : null;
    if (session.key === null && (isReused || (shared !== null && shared >= shadowLimit))) {
      this.#revoke(session, "token_reused");
      this.#record(session.account, "session.token_reused", session.name);
      return { kind: "refused", code: "session_revoked", reason: "token_reused", endedAt: this.now };
    }
    if (session.key === null && shared !== null) {
      session.shared.push(session.generation);
      if (shared === 1) this.#record(session.account, "session.token_shared", session.name);
    }
    if (session.key === null && isOnNewDevice(session, client, this.now)) {
      session.deviceChanges.push(this.now);
      this.#record(session.account, "session.device_changed", session.name);
    }
    if (behind === 0 && !isInGrace) {
      session.generation += 1;
      session.rotatedAt = this.now;
      session.rotations.push({ at: this.now, network: networkOf(client) });
    }
    session.seen.push(client);
    session.lastActiveAt = Math.max(session.lastActiveAt, this.now - idleForMs);
    return this.#grant(session);
  }

  verify(token: AccessToken): RefSession | Refused {
    const session = this.session(token.session);
    const user = this.#userOf(session);
    if (this.now >= token.expiresAt) return refused("token_expired");
    // The clock was set back after the token was issued.
    if (token.issuedAt > this.now + MINUTE) return refused("token_expired");
    if (session.end?.kind === "revoked") return refusedAsEnded(session.end);
    if (session.end?.kind === "expired") return refused("token_expired");
    if (token.roleChanges < user.roleChanges) return refused("token_expired");
    if (token.applied < this.account(session.account).applied) return refused("token_expired");
    return session;
  }

  get(name: string): RefSession | Refused {
    const session = this.session(name);
    return session.end === null ? session : refusedAsEnded(session.end);
  }

  end(account: string, name: string, user: string | null, reason: Revocation): Refused | null {
    const session = this.session(name);
    const isOwn = session.account === account && (user === null || session.user === user);
    if (!isOwn || session.end !== null) return refused("not_found");
    this.#revoke(session, reason);
    this.#record(account, reason === "signed_out" ? "user.signed_out" : "session.revoked", name);
    return null;
  }

  signOut(token: RefreshToken | null, proof: Proof): boolean {
    if (token === null) return true;
    const session = this.session(token.session);
    if (session.end !== null) return true;
    if (session.key !== null && proof !== "right") return false;
    this.#revoke(session, "signed_out");
    this.#record(session.account, "user.signed_out", session.name);
    return true;
  }

  revokeAccount(name: string, spared: string | null): number {
    const ending = this.live(name).filter((session) => session.name !== spared);
    // Without a session to spare it also counts for a sign-in whose password check is under way.
    if (ending.length === 0 && this.live(name).length > 0) return 0;
    for (const session of ending) this.#revoke(session, "revoked_by_owner");
    this.account(name).signOuts.push({ reason: "revoked_by_owner", at: this.now });
    this.#record(name, "sessions.revoked", null);
    return ending.length;
  }

  revokeUser(account: string, name: string, spared: string | null, reason: Revocation): number | Refused {
    const user = this.user(account, name);
    if (user === null) return refused("not_found");
    const ending = this.live(account, name).filter((session) => session.name !== spared);
    if (ending.length === 0) return 0;
    for (const session of ending) this.#revoke(session, reason);
    user.invalidations += 1;
    this.#record(account, "sessions.revoked", null);
    return ending.length;
  }

  /** @param patch an absent limit stays as it is, null removes the override */
  updatePolicy(
    name: string,
    patch: Partial<Policy>,
    apply: "next_login" | "now",
    version: number | null,
  ): { shortened: number; ended: number } | Refused {
    const account = this.account(name);
    const fault = policyFault(this.settings, account.policy, patch);
    if (fault !== null) return { kind: "refused", code: "validation_failed", reason: fault };
    if (version !== null && version !== account.version) return refused("precondition_failed");
    const after = { ...account.policy, ...patch };
    const isUnchanged = after.idle === account.policy.idle && after.absolute === account.policy.absolute;
    if (apply === "next_login" && isUnchanged) return { shortened: 0, ended: 0 };

    account.policy = after;
    account.version += 1;
    this.#record(name, "policy.changed", null);
    if (apply === "next_login") return { shortened: 0, ended: 0 };

    account.applied += 1;
    const limits = this.effective(after);
    let shortened = 0;
    let ended = 0;
    for (const session of this.live(name)) {
      if (limits.idle >= session.idle && limits.absolute >= session.absolute) continue;
      session.idle = Math.min(session.idle, limits.idle);
      session.absolute = Math.min(session.absolute, limits.absolute);
      this.#expireIfDue(session);
      if (session.end === null) shortened += 1;
      else ended += 1;
    }
    return { shortened, ended };
  }

  updateUser(
    account: string,
    name: string,
    changes: { role?: "owner" | "member"; disabled?: boolean },
  ): RefUser | Refused {
    const user = this.user(account, name);
    if (user === null) return refused("not_found");
    const isEnabledOwner = (role: string, disabled: boolean): boolean => role === "owner" && !disabled;
    const remainsOwner = isEnabledOwner(changes.role ?? user.role, changes.disabled ?? user.disabled);
    const others = this.users.filter(
      (other) => other !== user && other.account === account && isEnabledOwner(other.role, other.disabled),
    );
    if (isEnabledOwner(user.role, user.disabled) && !remainsOwner && others.length === 0)
      return refused("last_owner");

    if (changes.role !== undefined && this.#setRole(user, changes.role))
      this.#record(account, "member.role_changed", null);
    if (changes.disabled !== undefined && changes.disabled !== user.disabled) {
      user.disabled = changes.disabled;
      if (user.disabled) {
        user.invalidations += 1;
        for (const session of this.live(account, name)) this.#revoke(session, "user_disabled");
      }
      this.#record(account, user.disabled ? "member.disabled" : "member.enabled", null);
    }
    return user;
  }

  #newUser(account: string, name: string, role: "owner" | "member"): RefUser {
    const user: RefUser = {
      account,
      name,
      role,
      disabled: false,
      lastLoginAt: this.now,
      invalidations: 0,
      roleChanges: 0,
    };
    this.users.push(user);
    return user;
  }

  /** Returns whether the role has changed. */
  #setRole(user: RefUser, role: "owner" | "member"): boolean {
    if (user.role === role) return false;
    user.role = role;
    user.roleChanges += 1;
    user.invalidations += 1;
    return true;
  }

  #userOf(session: RefSession): RefUser {
    const user = this.user(session.account, session.user);
    if (user === null) throw new Error(`${session.name} has no user`);
    return user;
  }

  #enforceLimit(newest: RefSession): void {
    const others = this.live(newest.account, newest.user)
      .filter((session) => session !== newest)
      .sort((a, b) => a.lastActiveAt - b.lastActiveAt);
    for (const session of others.slice(0, Math.max(others.length + 1 - this.settings.sessionsPerUser, 0))) {
      this.#revoke(session, "session_limit");
      this.#record(session.account, "session.revoked", session.name);
    }
  }

  #revoke(session: RefSession, reason: Revocation): void {
    session.end = { kind: "revoked", reason, at: this.now };
  }

  #expireIfDue(session: RefSession): void {
    if (session.end !== null) return;
    const idle = this.idleDeadline(session);
    const absolute = this.absoluteDeadline(session);
    const at = Math.min(idle, absolute);
    if (this.now < at) return;
    session.end = { kind: "expired", reason: idle < absolute ? "idle" : "absolute", at };
    this.#record(session.account, "session.expired", session.name, at);
  }

  #grant(session: RefSession): Granted {
    const user = this.#userOf(session);
    const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
    return {
      kind: "granted",
      session,
      user,
      refresh: { session: session.name, generation: session.generation },
      access: {
        session: session.name,
        issuedAt: wholeSeconds(this.now),
        expiresAt: Math.min(
          wholeSeconds(this.now) + this.settings.accessTokenMs,
          wholeSeconds(this.idleDeadline(session)),
          wholeSeconds(this.absoluteDeadline(session)),
        ),
        roleChanges: user.roleChanges,
        applied: this.account(session.account).applied,
        role: user.role,
      },
    };
  }

  #record(account: string, type: string, session: string | null, at = this.now): void {
    this.trail.push({ account, type, session, at });
  }
}
