import type { AuditEvent, EndReason, EventType, Role } from "@curfew/client";

/** From one number of minutes to another. */
export interface MinutesChange {
  readonly from: number;
  readonly to: number;
}

/** What every kind of event tells. A person is null where nobody acted, or where the name is not known any more. */
interface FactDetails {
  "account.created": { who: string | null; account: string };
  "user.signed_in": { who: string | null };
  "user.sign_in_failed": { email: string; count: number };
  "user.signed_out": { who: string | null; device: string | null };
  "session.expired": { whose: string | null; reason: "idle" | "absolute" };
  "session.revoked": {
    who: string | null;
    whose: string | null;
    /** They ended a session of their own. */
    own: boolean;
    device: string | null;
    reason: EndReason | null;
  };
  "sessions.revoked": {
    who: string | null;
    whose: string | null;
    /** They ended sessions of their own. */
    own: boolean;
    scope: "all" | "others" | "user" | "user_others";
    count: number | null;
    reason: EndReason | null;
  };
  "session.token_reused": { whose: string | null };
  "session.proof_failed": { whose: string | null; count: number };
  "policy.changed": {
    who: string | null;
    /** The effective limits; null where the change left one as it was. */
    idle: MinutesChange | null;
    absolute: MinutesChange | null;
    appliedNow: boolean;
  };
  "member.invited": { who: string | null; whose: string | null; role: Role };
  "member.joined": { who: string | null; role: Role };
  "member.role_changed": { who: string | null; whose: string | null; role: Role };
  "member.disabled": { who: string | null; whose: string | null };
  "member.enabled": { who: string | null; whose: string | null };
  "password.changed": { who: string | null };
}

/** A row of the audit trail as a sentence needs it. */
export type ActivityFact = {
  [Type in EventType]: { readonly type: Type } & Readonly<FactDetails[Type]>;
}[EventType];

/** The one of a type. */
export type FactOf<Type extends EventType> = Extract<ActivityFact, { type: Type }>;

/** The name of a user by id; null where it is not known. */
export type NameOf = (userId: string) => string | null;

/**
 * Reads what an event's details tell. Whatever is missing (an older row, a host's own event) is told with less, never wrongly.
 *
 * @param event as the trail holds it
 * @param nameOf who is behind an id that the details name
 * @example activityFact(event, (id) => names.get(id) ?? null)
 */
export function activityFact(event: AuditEvent, nameOf: NameOf): ActivityFact {
  const { type, details } = event;
  const who = event.actor?.name ?? null;
  const userId = text(details["user_id"]);
  const own = userId !== null && userId === event.actor?.id;
  const whose = own ? who : userId === null ? null : nameOf(userId);
  const device = text(details["device"]);
  const count = whole(details["count"]);
  const reason = text(details["reason"]) as EndReason | null;
  switch (type) {
    case "account.created":
      return { type, who, account: text(details["name"]) ?? "" };
    case "user.sign_in_failed":
      return { type, email: text(details["email"]) ?? "", count: count ?? 1 };
    case "user.signed_out":
      return { type, who, device };
    case "session.expired":
      return { type, whose, reason: reason === "absolute" ? "absolute" : "idle" };
    case "session.revoked":
      return { type, who, whose, own, device, reason };
    case "sessions.revoked":
      return { type, who, whose, own, count, reason, scope: scopeOf(details["scope"]) };
    case "session.token_reused":
      return { type, whose };
    case "session.proof_failed":
      return { type, whose, count: count ?? 1 };
    case "policy.changed":
      return { type, who, ...limitsChanged(details), appliedNow: details["apply"] === "now" };
    case "member.invited":
      return { type, who, whose: text(details["name"]) ?? whose, role: roleOf(details["role"]) };
    case "member.joined":
      return { type, who, role: roleOf(details["role"]) };
    case "member.role_changed":
      return { type, who, whose, role: roleOf(details["after"]) };
    case "member.disabled":
    case "member.enabled":
      return { type, who, whose };
    case "user.signed_in":
    case "password.changed":
      return { type, who };
  }
}

function limitsChanged(details: AuditEvent["details"]) {
  const before = fieldsOf(details["before"]);
  const after = fieldsOf(details["after"]);
  const changed = (field: string): MinutesChange | null => {
    const from = whole(before[field]);
    const to = whole(after[field]);
    return from === null || to === null || from === to ? null : { from, to };
  };
  return { idle: changed("effective_idle_minutes"), absolute: changed("effective_absolute_minutes") };
}

const SCOPES = ["others", "user", "user_others"] as const;

const scopeOf = (value: unknown) => SCOPES.find((scope) => scope === value) ?? "all";

const roleOf = (value: unknown): Role => (value === "owner" ? "owner" : "member");

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

const whole = (value: unknown): number | null => (Number.isInteger(value) ? Number(value) : null);

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
