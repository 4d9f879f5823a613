import {
  type GovernedSession,
  type Grant,
  type Identity,
  isCurfewError,
  type Session,
  type User,
} from "@curfew/core";
import { type ClientState, nameOf } from "./client-state.js";
import type { Reference } from "./reference.js";
import type { AccessToken, Granted, Opened, RefSession, RefUser, Refused } from "./reference-types.js";

/** Converts the results of the engine and of the reference to one shape, so that they can be compared. */

/** The client of the newest refresh, or of the sign-in if that one is unknown. */
function lastSeenOf({ seen }: RefSession) {
  const last = seen.at(-1);
  const isUnknown = last?.label === null && last.ip === null;
  return { ...(isUnknown ? seen[0] : last) };
}

export function refSessionView(reference: Reference, session: RefSession) {
  return {
    session: session.name,
    account: session.account,
    user: session.user,
    key: session.key,
    isGoverned: session.isGoverned,
    startedAt: session.startedAt,
    authenticatedAt: session.authenticatedAt,
    lastActiveAt: session.lastActiveAt,
    idle: session.idle,
    absolute: session.absolute,
    idleDeadline: reference.idleDeadline(session),
    absoluteDeadline: reference.absoluteDeadline(session),
    generation: session.generation,
    rotatedAt: session.rotatedAt,
    lastSeen: lastSeenOf(session),
  };
}

export function sessionView(clients: ClientState, session: Session) {
  return {
    session: clients.nameOf(session.id),
    account: nameOf(session.accountId),
    user: nameOf(session.userId),
    key: session.keyThumbprint,
    isGoverned: session.isGoverned,
    startedAt: session.startedAt,
    authenticatedAt: session.authenticatedAt,
    lastActiveAt: session.lastActiveAt,
    idle: session.idleMinutes,
    absolute: session.absoluteMinutes,
    idleDeadline: session.idleExpiresAt,
    absoluteDeadline: session.absoluteExpiresAt,
    generation: session.generation,
    rotatedAt: session.rotatedAt,
    lastSeen: { label: session.lastSeen.label, ip: session.lastSeen.ip },
  };
}

export const refUserView = ({ account, name, role, disabled, lastLoginAt }: RefUser) => ({
  account,
  name,
  role,
  disabled,
  lastLoginAt,
});

export const userView = ({ accountId, id, role, disabled, lastLoginAt }: User) => ({
  account: nameOf(accountId),
  name: nameOf(id),
  role,
  disabled,
  lastLoginAt,
});

export function refGrantView(reference: Reference, granted: Granted | Refused) {
  if (granted.kind === "refused") return granted;
  const { role, issuedAt, expiresAt } = granted.access;
  return {
    kind: "granted",
    ...refSessionView(reference, granted.session),
    tokenUser: refUserView(granted.user),
    token: { session: granted.session.name, role, issuedAt, expiresAt },
    expiresInSeconds: (expiresAt - issuedAt) / 1000,
    now: reference.now,
  };
}

export function grantView(clients: ClientState, grant: Grant) {
  const claims = claimsOf(grant.accessToken);
  return {
    kind: "granted",
    ...sessionView(clients, grant.session),
    tokenUser: userView(grant.user),
    token: {
      session: clients.nameOf(claims.sid),
      role: claims.role,
      issuedAt: claims.iat * 1000,
      expiresAt: claims.exp * 1000,
    },
    expiresInSeconds: grant.expiresInSeconds,
    now: grant.now,
  };
}

const claimsOf = (token: string): { sid: string; role: string; iat: number; exp: number } =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));

export function refIdentityView(result: RefSession | Refused, token: AccessToken) {
  if ("kind" in result) return result;
  return { kind: "identity", session: result.name, user: result.user, role: token.role };
}

export const identityView = (clients: ClientState, identity: Identity) => ({
  kind: "identity",
  session: clients.nameOf(identity.sessionId),
  user: nameOf(identity.userId),
  role: identity.role,
});

export function refOpenedView(reference: Reference, opened: Opened | Refused) {
  if (opened.kind === "refused") return opened;
  const { session, user } = opened;
  return { ...refSessionView(reference, session), openUser: refUserView(user), now: reference.now };
}

export const openedView = (clients: ClientState, { session, user, now }: GovernedSession) => ({
  ...sessionView(clients, session),
  openUser: userView(user),
  now,
});

/** Returns the result of a call, or its `CurfewError` as a refusal. Throws any other error. */
export async function outcomeOf<T, View>(
  call: Promise<T>,
  view: (answer: T) => View,
): Promise<View | Refused> {
  try {
    return view(await call);
  } catch (error) {
    if (!isCurfewError(error)) throw error;
    const { code } = error;
    if (isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked"))
      return { kind: "refused", code, reason: error.details.reason, endedAt: error.details.endedAt };
    if (!isCurfewError(error, "validation_failed")) return { kind: "refused", code };
    const faults = error.details.faults.map(({ field, code }) =>
      field.endsWith("Minutes") ? `${field.replace("Minutes", "")} ${code}` : field,
    );
    return { kind: "refused", code, reason: faults.join(", ") };
  }
}
