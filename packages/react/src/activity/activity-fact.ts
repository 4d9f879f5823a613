import type { AuditEvent, EndReason, EventType, Role } from "@curfew/client";

/** A change of one value. */
interface Change<Value> {
  readonly from: Value;
  readonly to: Value;
}

/** A changed limit, in minutes. */
export type MinutesChange = Change<number>;

/** All that events tell. A detail that an event does not have is null, empty or neutral. */
interface Details {
  /** The user who acted; null if there was none, as where the machine's operator made a link, or the name is unknown. */
  readonly actor: string | null;
  /** The user whom it concerns; null if there is none, or the name is unknown. */
  readonly target: string | null;
  /** Whether actor and target are the same user. */
  readonly isSelf: boolean;
  /** The name of a new account. */
  readonly account: string;
  /** Who tried to sign in; null if that user is deleted. */
  readonly email: string | null;
  readonly count: number | null;
  readonly device: string | null;
  readonly reason: EndReason | null;
  readonly scope: "all" | "others" | "user" | "user_others";
  readonly role: Role;
  /** A device, or a name of the account. */
  readonly before: string | null;
  readonly after: string | null;
  /** How many sessions of an import were open, and how many had ended. */
  readonly opened: number;
  readonly ended: number;
  /** Changes of the effective limits; null for a limit that did not change. */
  readonly idle: MinutesChange | null;
  readonly absolute: MinutesChange | null;
  readonly appliedNow: boolean;
  /** The new password was chosen by a link, without the old one. */
  readonly isByLink: boolean;
  /** Null for what did not change, and where it was a deleted person's, whose names are gone. */
  readonly nameChange: Change<string> | null;
  readonly emailChange: Change<string> | null;
}

/** What each event type tells. */
interface ToldBy {
  "account.created": "actor" | "account";
  "user.signed_in": "actor";
  "user.sign_in_failed": "email" | "count";
  "user.signed_out": "actor" | "device";
  "session.expired": "target" | "reason";
  "session.revoked": "actor" | "target" | "isSelf" | "device" | "reason";
  "sessions.revoked": "actor" | "target" | "isSelf" | "scope" | "count";
  "session.token_reused": "target";
  "session.proof_failed": "target" | "count";
  "session.token_shared": "target";
  "session.device_changed": "target" | "before" | "after";
  "session.adopted": "actor";
  "sessions.imported": "opened" | "ended";
  "policy.changed": "actor" | "idle" | "absolute" | "appliedNow";
  "member.invited": "actor" | "target" | "role";
  "member.joined": "actor" | "role";
  "member.role_changed": "actor" | "target" | "role";
  "member.disabled": "actor" | "target";
  "member.enabled": "actor" | "target";
  "member.deleted": "actor" | "isSelf";
  "member.invitation_withdrawn": "actor" | "target";
  "password.changed": "actor" | "isByLink";
  "password.link_made": "actor" | "target" | "isSelf";
  "user.changed": "actor" | "nameChange" | "emailChange";
  "account.renamed": "actor" | "before" | "after";
}

/** An audit event with its details parsed. */
export type ActivityFact = {
  [Type in EventType]: { readonly type: Type } & Pick<Details, ToldBy[Type]>;
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
export function activityFact({ type, actor: user, details }: AuditEvent, nameOf: NameOf): ActivityFact {
  const text = (field: string): string | null => textOf(details[field]);
  const integer = (field: string): number | null => integerOf(details[field]);
  const change = <Value>(field: string, read: (value: unknown) => Value | null): Change<Value> | null => {
    const from = read(fieldsOf(details["before"])[field]);
    const to = read(fieldsOf(details["after"])[field]);
    return from === null || to === null || from === to ? null : { from, to };
  };
  const actor = user?.name ?? null;
  const userId = text("user_id");
  const isSelf = userId !== null && userId === user?.id;
  const name = text("name");
  const told: Details = {
    actor,
    // Whoever is invited has no id yet.
    target: name ?? (isSelf ? actor : userId === null ? null : nameOf(userId)),
    isSelf,
    account: name ?? "",
    email: text("email"),
    count: integer("count"),
    device: text("device"),
    reason: text("reason") as EndReason | null,
    scope: scopeOf(details["scope"]),
    role: roleOf(details["role"] ?? details["after"]),
    before: text("before"),
    after: text("after"),
    opened: integer("opened") ?? 0,
    ended: integer("ended") ?? 0,
    idle: change("effective_idle_minutes", integerOf),
    absolute: change("effective_absolute_minutes", integerOf),
    appliedNow: details["apply"] === "now",
    isByLink: details["by_link"] === true,
    nameChange: change("name", textOf),
    emailChange: change("email", textOf),
  };
  // A sentence sees of it what its type tells.
  return { type, ...told } as ActivityFact;
}

const SCOPES = ["others", "user", "user_others"] as const;

const scopeOf = (value: unknown) => SCOPES.find((scope) => scope === value) ?? "all";

const roleOf = (value: unknown): Role => (value === "owner" ? "owner" : "member");

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

const integerOf = (value: unknown): number | null => (Number.isInteger(value) ? Number(value) : null);

/** The fields of an object; of any other value none. */
const fieldsOf = (value: unknown): Record<string, unknown> => Object(value);
