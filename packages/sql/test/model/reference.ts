import { isOnNewDevice, networkOf, sharedRotations } from "./reference-clients.js";
import { leavesNoOwner } from "./reference-deletion.js";
import { beginSession, isAdopted, timesFaults } from "./reference-first-sight.js";
import { meetAtFirstSight } from "./reference-governed.js";
import { policyFault } from "./reference-policy.js";
import { ReferenceState } from "./reference-state.js";
import {
  type AccessToken,
  type Client,
  type Granted,
  type Policy,
  type Prepared,
  type Proof,
  type RefreshToken,
  type RefSession,
  type RefUser,
  type Refused,
  type Revocation,
  refused,
  refusedAsEnded,
  type SignIn,
} from "./reference-types.js";

const MINUTE = 60_000;

/**
 * The rules for sessions as a simple model: arrays and loops, without a database, epochs or a feed, and
 * without code of the engine. Every end takes effect at its own time.
 */
export class Reference extends ReferenceState {
  copy(): Reference {
    const copy = new Reference(this.now, [], this.settings);
    const { accounts, users, sessions, trail, endings, signOutMoments, deletions, gone, touches } = this;
    const known = { accounts, users, sessions, trail, endings, signOutMoments, deletions, gone, touches };
    return Object.assign(copy, structuredClone(known));
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
    const { account, endsOthers, times } = input;
    const wrong = times === null ? [] : timesFaults(times, this.now);
    if (wrong.length > 0) return { kind: "refused", code: "validation_failed", reason: wrong.join(", ") };
    const existing = this.user(account, input.user);
    if (existing?.disabled) return refused("user_disabled");
    if (input.prepared !== null && (existing?.invalidations ?? null) !== input.prepared.invalidations)
      return refused("sign_in_superseded");
    const signOut = input.prepared && this.account(account).signOuts[input.prepared.signOuts];
    if (signOut) return refusedAsEnded({ kind: "revoked", ...signOut });

    const session = beginSession(this, { ...input, isGoverned: false });
    const user = meetAtFirstSight(this, session, input.role);
    if (session.end !== null) return refusedAsEnded(session.end);
    if (user === null) throw new Error(`${session.name} has no user`);
    if (times === null) user.lastLoginAt = this.now;
    if (endsOthers) this.endOthers(user, session.name);
    if (input.replaces !== null) {
      const old = this.session(input.replaces.session);
      const isProven = old.key === null || input.replaces.proof === "right";
      if (old.end === null && isProven) {
        this.revokeOne(old, "signed_out");
        this.record(old.account, "user.signed_out", old.name, { reason: "signed_out" });
      }
    }
    const isLate = isAdopted(session, this.now);
    const event = isLate ? "session.adopted" : "user.signed_in";
    this.record(account, endsOthers ? "password.changed" : event, session.name);
    if (!isLate) this.enforceLimit(session);
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
      this.#recordProofFailure(session);
      return refused(proof === "use_dpop_nonce" ? "use_dpop_nonce" : "invalid_proof");
    }
    const isReused = behind > 0 && !(behind === 1 && isInGrace);
    const shared = behind === 1 && shadowLimit > 0 ? sharedRotations(session, client, this.now) : null;
    if (session.key === null && (isReused || (shared !== null && shared >= shadowLimit))) {
      this.revokeOne(session, "token_reused");
      this.record(session.account, "session.token_reused", session.name);
      return { kind: "refused", code: "session_revoked", reason: "token_reused", endedAt: this.now };
    }
    if (session.key === null && shared !== null) {
      session.shared.push(session.generation);
      if (shared === 1) this.record(session.account, "session.token_shared", session.name);
    }
    if (session.key === null && isOnNewDevice(session, client, this.now)) {
      session.deviceChanges.push(this.now);
      this.record(session.account, "session.device_changed", session.name);
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
    if (this.now >= token.expiresAt) return refused("token_expired");
    // The clock was set back after the token was issued.
    if (token.issuedAt > this.now + MINUTE) return refused("token_expired");
    if (session.end?.kind === "revoked") return refusedAsEnded(session.end);
    if (session.end?.kind === "expired") return refused("token_expired");
    if (token.roleChanges < this.userOf(session).roleChanges) return refused("token_expired");
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
    this.revokeOne(session, reason);
    const type = reason === "signed_out" ? "user.signed_out" : "session.revoked";
    this.record(account, type, name, { reason });
    return null;
  }

  signOut(token: RefreshToken | null, proof: Proof): boolean {
    if (token === null) return true;
    const session = this.session(token.session);
    if (session.end !== null) return true;
    if (session.key !== null && proof !== "right") return false;
    this.revokeOne(session, "signed_out");
    this.record(session.account, "user.signed_out", session.name, { reason: "signed_out" });
    return true;
  }

  revokeAccount(name: string, spared: string | null): number {
    const reason = "revoked_by_owner";
    const live = this.live(name);
    const ending = live.filter((session) => session.name !== spared);
    this.rememberSignOut(name, null, reason);
    // Without a session to spare it also counts for a sign-in whose password check is under way.
    if (ending.length === 0 && live.length > 0) return 0;
    for (const session of ending) this.revoke(session, reason);
    this.account(name).signOuts.push({ reason, at: this.now });
    this.account(name).isGone = false;
    const spares = live.some((session) => session.name === spared) ? spared : null;
    this.hear("account", name, { spares, reason });
    const scope = spared === null ? "all" : "others";
    this.record(name, "sessions.revoked", null, { scope, reason, count: ending.length });
    return ending.length;
  }

  revokeUser(account: string, name: string, spared: string | null, reason: Revocation): number | Refused {
    const user = this.user(account, name);
    const live = this.live(account, name);
    const ending = live.filter((session) => session.name !== spared);
    const kept = live.find((session) => session.name === spared);
    // Users who end their own other sessions, from one that has tokens, and have none write nothing.
    const isUnheard = reason === "revoked_by_user" && ending.length === 0 && kept?.isGoverned === false;
    if (!isUnheard) this.rememberSignOut(account, name, reason);
    if (user === null) return refused("not_found");
    if (ending.length === 0) return 0;
    this.hear("user", account, { user: name, spares: kept?.name ?? null, reason });
    for (const session of ending) this.revoke(session, reason);
    user.invalidations += 1;
    const scope = spared === null ? "user" : "user_others";
    this.record(account, "sessions.revoked", null, { scope, reason, count: ending.length });
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

    const [oldPolicy, newPolicy] = [account.policy, after].map((policy) => ({
      ...policy,
      effective: this.effective(policy),
    }));
    account.policy = after;
    account.isGone = false;
    account.version += 1;
    this.record(name, "policy.changed", null, { before: oldPolicy, after: newPolicy, apply });
    if (apply === "next_login") return { shortened: 0, ended: 0 };

    account.applied += 1;
    const limits = this.effective(after);
    let shortened = 0;
    let ended = 0;
    for (const session of this.live(name)) {
      if (limits.idle >= session.idle && limits.absolute >= session.absolute) continue;
      session.idle = Math.min(session.idle, limits.idle);
      session.absolute = Math.min(session.absolute, limits.absolute);
      this.expireIfDue(session);
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
    if (user === null) {
      if (changes.disabled) this.rememberSignOut(account, name, "user_disabled");
      return refused("not_found");
    }
    const remainsOwner = (changes.role ?? user.role) === "owner" && !(changes.disabled ?? user.disabled);
    if (leavesNoOwner(this, user, remainsOwner)) return refused("last_owner");

    const before = user.role;
    if (changes.role !== undefined && this.setRole(user, changes.role))
      this.record(account, "member.role_changed", null, { before, after: user.role });
    if (changes.disabled !== undefined && changes.disabled !== user.disabled) {
      user.disabled = changes.disabled;
      if (user.disabled) {
        user.invalidations += 1;
        const ending = this.live(account, name);
        for (const session of ending) this.revoke(session, "user_disabled");
        this.rememberSignOut(account, name, "user_disabled");
        this.hear("user", account, { user: name, reason: "user_disabled" });
        this.record(account, "member.disabled", null, { count: ending.length });
      } else this.record(account, "member.enabled", null);
    }
    return user;
  }

  /** One event a minute, which counts them. */
  #recordProofFailure({ account, name: session }: RefSession): void {
    const type = "session.proof_failed";
    const minuteOf = (at: number): number => Math.floor(at / MINUTE);
    const last = this.trail.find(
      (event) =>
        event.type === type && event.session === session && minuteOf(event.at) === minuteOf(this.now),
    );
    if (last === undefined) this.record(account, type, session, { count: 1 });
    else last.says = { count: Number(last.says["count"]) + 1 };
  }

  #grant(session: RefSession): Granted {
    const user = this.userOf(session);
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
}
