import { createHash } from "node:crypto";
import { beginSession, isAdopted, timesFaults } from "./reference-first-sight.js";
import type { ReferenceState } from "./reference-state.js";
import {
  type Opened,
  type Opening,
  type RefSession,
  type RefUser,
  type Refused,
  type Revocation,
  refused,
  refusedAsEnded,
  type Touches,
} from "./reference-types.js";

const MINUTE = 60_000;

/** A UUID of version 8 of the first 122 bits of SHA-256 over both ids, each after the number of its bytes. */
export function governedIdOf(accountId: string, hostSessionId: string): string {
  const hash = createHash("sha256");
  for (const id of [accountId, hostSessionId]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(id));
    hash.update(length).update(id);
  }
  const bits = [...hash.digest()].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const whole = `${bits.slice(0, 48)}1000${bits.slice(48, 60)}10${bits.slice(60, 122)}`;
  const hex = BigInt(`0b${whole}`).toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const fault = (field: string): Refused => ({ kind: "refused", code: "validation_failed", reason: field });

export function open(state: ReferenceState, opening: Opening): Opened | Refused {
  const wrong = timesFaults(opening.times, state.now);
  // The order of the times is judged before the database's clock is asked for.
  if (wrong.length > 0) return fault(wrong.includes("notAfter") ? "notAfter" : wrong.join(", "));
  const known = state.knownSession(opening.session);
  return known === null ? openFirst(state, opening) : openAgain(state, known, opening);
}

function openFirst(state: ReferenceState, opening: Opening): Opened | Refused {
  const { account } = opening;
  const existing = state.user(account, opening.user);
  if (existing?.disabled) return refused("user_disabled");
  const session = beginSession(state, { ...opening, key: null, isGoverned: true });
  const user = meetAtFirstSight(state, session, opening.role);
  if (session.end !== null) return refusedAsEnded(session.end);
  if (user === null) throw new Error(`${session.name} has no user`);
  if (opening.endsOthers) state.endOthers(user, session.name);
  const isLate = isAdopted(session, state.now);
  state.record(account, isLate ? "session.adopted" : "user.signed_in", session.name);
  if (!isLate) state.enforceLimit(session);
  return { kind: "opened", session, user };
}

/**
 * A session that is over already is no sign-in: it tells nothing new of a user who is known, and does not bring a deleted one
 * back.
 */
export function meetAtFirstSight(
  state: ReferenceState,
  session: RefSession,
  role: RefUser["role"],
): RefUser | null {
  const { account, startedAt } = session;
  const existing = state.user(account, session.user);
  const deletions = [state.deletionOf(account, null), state.deletionOf(account, session.user)];
  const isOfDeleted =
    session.end !== null && deletions.some((deletion) => deletion !== null && startedAt <= deletion.at);
  // Nothing is stored in an account that is gone but what says so.
  if (isOfDeleted && state.account(account).isGone) return null;
  state.sessions.push(session);
  if (session.end?.kind === "expired") state.recordExpiry(session, session.end);
  if (existing === null) return isOfDeleted ? null : state.newUser(account, session.user, role, startedAt);
  if (session.end !== null) return existing;
  state.setRole(existing, role);
  existing.lastLoginAt = Math.max(existing.lastLoginAt, startedAt);
  return existing;
}

function openAgain(state: ReferenceState, session: RefSession, opening: Opening): Opened | Refused {
  if (session.end !== null) return refusedAsEnded(session.end);
  if (session.user !== opening.user) {
    state.revokeOne(session, "signed_out");
    state.record(session.account, "user.signed_out", session.name, { reason: "signed_out" });
    return fault("user.id");
  }
  const user = state.userOf(session);
  state.setRole(user, opening.role);
  const proven = Math.min(opening.times.authenticatedAt ?? session.authenticatedAt, state.now);
  session.authenticatedAt = Math.max(session.authenticatedAt, proven);
  return { kind: "opened", session, user };
}

/** What is left of a deleted account tells its end alone. */
function refusedAsUnknown(state: ReferenceState, account: string): Refused {
  const deletion = state.deletionOf(account, null);
  if (deletion === null || !state.account(account).isGone) return refused("not_found");
  return refusedAsEnded({ kind: "revoked", reason: deletion.reason, at: deletion.at });
}

export function check(state: ReferenceState, account: string, name: string): Opened | Refused {
  const session = state.knownSession(name);
  if (session === null) return refusedAsUnknown(state, account);
  return session.end === null
    ? { kind: "opened", session, user: state.userOf(session) }
    : refusedAsEnded(session.end);
}

/**
 * @param process the number of the process that is called
 * @param shown the last activity that it answers, which tells whether it wrote
 */
export function touch(
  state: ReferenceState,
  account: string,
  name: string,
  idleForMs: number,
  process: number,
  shown: number | null,
): Opened | Refused {
  const answer = check(state, account, name);
  if (answer.kind === "refused") return answer;
  const { session } = answer;
  const { now } = state;
  const before = state.touches.find((touches) => touches.session === name && touches.process === process);
  const isNearEnd = state.idleDeadline(session) - now < MINUTE;
  const isWithinMinute = (at: number | null | undefined): boolean =>
    typeof at === "number" && Math.abs(now - at) < MINUTE;
  const moved = Math.max(session.lastActiveAt, now - idleForMs);
  const maySkip =
    !isNearEnd && (isWithinMinute(before?.mayHaveWrittenAt) || isWithinMinute(session.lastActiveAt));
  const mustSkip = !isNearEnd && isWithinMinute(before?.movedAt);
  const isSkipped = mustSkip || (maySkip && shown === session.lastActiveAt);
  // A write that moves nothing looks as if there was none.
  if (isSkipped && (mustSkip || moved > session.lastActiveAt)) return answer;
  const touches: Touches = {
    session: name,
    process,
    movedAt: moved > session.lastActiveAt ? now : (before?.movedAt ?? null),
    mayHaveWrittenAt: now,
  };
  state.touches = [...state.touches.filter((other) => other !== before), touches];
  session.lastActiveAt = moved;
  return answer;
}

export function end(state: ReferenceState, name: string, reason: Revocation): void {
  const session = state.knownSession(name);
  if (session === null || session.end !== null) return;
  state.revokeOne(session, reason);
  const type = reason === "signed_out" ? "user.signed_out" : "session.revoked";
  state.record(session.account, type, name, { reason });
}

export interface Imported {
  opened: number;
  ended: number;
  known: number;
}

/** @param told the fault that the engine names, which may be any that is there */
export function importRows(
  state: ReferenceState,
  rows: readonly Opening[],
  told: string | null,
): Imported | Refused {
  const faults = rows.flatMap((row, number) =>
    rowFaults(state, row, rows.slice(0, number)).map((wrong) => `rows.${number}.${wrong}`),
  );
  const [first] = faults;
  if (first !== undefined) return fault(told !== null && faults.includes(told) ? told : first);
  const total: Imported = { opened: 0, ended: 0, known: 0 };
  for (const account of new Set(rows.map((row) => row.account))) {
    state.account(account).isGone = false;
    const counts: Imported = { opened: 0, ended: 0, known: 0 };
    for (const row of rows) if (row.account === account) counts[importRow(state, row)] += 1;
    for (const kind of ["opened", "ended", "known"] as const) total[kind] += counts[kind];
    state.record(account, "sessions.imported", null, { ...counts });
  }
  return total;
}

function rowFaults(state: ReferenceState, row: Opening, before: readonly Opening[]): string[] {
  const wrong = timesFaults(row.times, state.now);
  if (wrong.length > 0) return wrong;
  const session = state.knownSession(row.session);
  if (session !== null && session.end !== null) return [];
  const known = session ?? before.find((other) => other.session === row.session);
  if (known !== undefined) return known.user === row.user ? [] : ["user.id"];
  return state.user(row.account, row.user)?.disabled ? ["user.id"] : [];
}

function importRow(state: ReferenceState, row: Opening): keyof Imported {
  if (state.knownSession(row.session) !== null) return "known";
  const session = beginSession(state, { ...row, key: null, isGoverned: true });
  meetAtFirstSight(state, session, row.role);
  return session.end === null ? "opened" : "ended";
}
