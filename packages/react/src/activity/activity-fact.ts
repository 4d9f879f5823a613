import type { AuditEvent, EndReason, EventType, Role } from "@curfew/client";

/** A changed limit, in minutes. */
export interface MinutesChange {
  readonly from: number;
  readonly to: number;
}

/** A changed name or e-mail. A deleted person's are gone, and then nothing is told of the change. */
export interface TextChange {
  readonly from: string;
  readonly to: string;
}

/**
 * The details of each event type. `actor` is the user who acted, `target` the user it concerns; either is null when
 * there is none or the name is unknown.
 */
interface FactDetails {
  "account.created": { actor: string | null; account: string };
  "user.signed_in": { actor: string | null };
  /** Without an e-mail, its user is deleted. */
  "user.sign_in_failed": { email: string | null; count: number };
  "user.signed_out": { actor: string | null; device: string | null };
  "session.expired": { target: string | null; reason: "idle" | "absolute" };
  "session.revoked": {
    actor: string | null;
    target: string | null;
    /** Whether actor and target are the same user. */
    isSelf: boolean;
    device: string | null;
    reason: EndReason | null;
  };
  "sessions.revoked": {
    actor: string | null;
    target: string | null;
    /** Whether actor and target are the same user. */
    isSelf: boolean;
    scope: "all" | "others" | "user" | "user_others";
    count: number | null;
    reason: EndReason | null;
  };
  "session.token_reused": { target: string | null };
  "session.proof_failed": { target: string | null; count: number };
  "session.token_shared": { target: string | null };
  "session.device_changed": { target: string | null; before: string | null; after: string | null };
  "session.adopted": { actor: string | null };
  "sessions.imported": { opened: number; ended: number };
  "policy.changed": {
    actor: string | null;
    /** Changes of the effective limits; null for a limit that did not change. */
    idle: MinutesChange | null;
    absolute: MinutesChange | null;
    appliedNow: boolean;
  };
  "member.invited": { actor: string | null; target: string | null; role: Role };
  "member.joined": { actor: string | null; role: Role };
  "member.role_changed": { actor: string | null; target: string | null; role: Role };
  "member.disabled": { actor: string | null; target: string | null };
  "member.enabled": { actor: string | null; target: string | null };
  "member.deleted": { actor: string | null; isSelf: boolean };
  "member.invitation_withdrawn": { actor: string | null; target: string | null };
  "password.changed": {
    actor: string | null;
    /** The new password was chosen by a link, without the old one. */
    isByLink: boolean;
  };
  /** Without an actor, the machine's operator made the link. */
  "password.link_made": {
    actor: string | null;
    target: string | null;
    /** Whether actor and target are the same user. */
    isSelf: boolean;
  };
  /** Null for what did not change. */
  "user.changed": { actor: string | null; nameChange: TextChange | null; emailChange: TextChange | null };
  "account.renamed": { actor: string | null; before: string | null; after: string | null };
}

/** An audit event with its details parsed. */
export type ActivityFact = {
  [Type in EventType]: { readonly type: Type } & Readonly<FactDetails[Type]>;
}[EventType];

/** The fact of one event type. */
export type FactOf<Type extends EventType> = Extract<ActivityFact, { type: Type }>;

/** One sentence per event type, without a full stop: the time follows it. */
export type ActivitySentences = { readonly [Type in EventType]: (fact: FactOf<Type>) => string };

/**
 * Formats a fact as a sentence.
 *
 * @example activitySentence({ type: "user.signed_in", actor: "Ada" }, en.activity.sentences) // "Ada signed in"
 */
export function activitySentence(fact: ActivityFact, sentences: ActivitySentences): string {
  // TypeScript can't correlate `fact` with the sentence of its own type.
  const sentence = sentences[fact.type] as (fact: ActivityFact) => string;
  return sentence(fact);
}

/** Returns the name of a user by id, or null if it is unknown. */
export type NameOf = (userId: string) => string | null;

/**
 * Parses the details of an audit event. Missing or malformed details (older rows, events of a host) become null or a
 * neutral default.
 *
 * @param event a row of the audit trail
 * @param nameOf resolves the user ids in the details
 * @example activityFact(event, (id) => names.get(id) ?? null)
 */
export function activityFact(event: AuditEvent, nameOf: NameOf): ActivityFact {
  const { type, details } = event;
  const actor = event.actor?.name ?? null;
  const userId = textOf(details["user_id"]);
  const isSelf = userId !== null && userId === event.actor?.id;
  const target = isSelf ? actor : userId === null ? null : nameOf(userId);
  const device = textOf(details["device"]);
  const count = integerOf(details["count"]);
  const reason = textOf(details["reason"]) as EndReason | null;
  switch (type) {
    case "account.created":
      return { type, actor, account: textOf(details["name"]) ?? "" };
    case "user.sign_in_failed":
      return { type, email: textOf(details["email"]), count: count ?? 1 };
    case "user.signed_out":
      return { type, actor, device };
    case "session.expired":
      return { type, target, reason: reason === "absolute" ? "absolute" : "idle" };
    case "session.revoked":
      return { type, actor, target, isSelf, device, reason };
    case "sessions.revoked":
      return { type, actor, target, isSelf, count, reason, scope: scopeOf(details["scope"]) };
    case "session.token_reused":
    case "session.token_shared":
      return { type, target };
    case "session.proof_failed":
      return { type, target, count: count ?? 1 };
    case "session.device_changed":
      return { type, target, before: textOf(details["before"]), after: textOf(details["after"]) };
    case "sessions.imported":
      return {
        type,
        opened: integerOf(details["opened"]) ?? 0,
        ended: integerOf(details["ended"]) ?? 0,
      };
    case "policy.changed":
      return { type, actor, ...limitChanges(details), appliedNow: details["apply"] === "now" };
    case "member.invited":
      return { type, actor, target: textOf(details["name"]) ?? target, role: roleOf(details["role"]) };
    case "member.joined":
      return { type, actor, role: roleOf(details["role"]) };
    case "member.role_changed":
      return { type, actor, target, role: roleOf(details["after"]) };
    case "member.disabled":
    case "member.enabled":
      return { type, actor, target };
    case "member.deleted":
      return { type, actor, isSelf };
    case "member.invitation_withdrawn":
      return { type, actor, target: textOf(details["name"]) ?? target };
    case "password.changed":
      return { type, actor, isByLink: details["by_link"] === true };
    case "password.link_made":
      return { type, actor, target, isSelf };
    case "user.changed":
      return {
        type,
        actor,
        nameChange: textChange(details, "name"),
        emailChange: textChange(details, "email"),
      };
    case "account.renamed":
      return { type, actor, before: textOf(details["before"]), after: textOf(details["after"]) };
    case "user.signed_in":
    case "session.adopted":
      return { type, actor };
  }
}

function limitChanges(details: AuditEvent["details"]) {
  const before = fieldsOf(details["before"]);
  const after = fieldsOf(details["after"]);
  const change = (field: string): MinutesChange | null => {
    const from = integerOf(before[field]);
    const to = integerOf(after[field]);
    return from === null || to === null || from === to ? null : { from, to };
  };
  return { idle: change("effective_idle_minutes"), absolute: change("effective_absolute_minutes") };
}

function textChange(details: AuditEvent["details"], field: "name" | "email"): TextChange | null {
  const from = textOf(fieldsOf(details["before"])[field]);
  const to = textOf(fieldsOf(details["after"])[field]);
  return from === null || to === null || from === to ? null : { from, to };
}

const SCOPES = ["others", "user", "user_others"] as const;

const scopeOf = (value: unknown) => SCOPES.find((scope) => scope === value) ?? "all";

const roleOf = (value: unknown): Role => (value === "owner" ? "owner" : "member");

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

const integerOf = (value: unknown): number | null => (Number.isInteger(value) ? Number(value) : null);

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
