/** What the audit trail can hold. */
export const EVENT_TYPES = [
  "account.created",
  "user.signed_in",
  "user.sign_in_failed",
  "user.signed_out",
  "session.expired",
  "session.revoked",
  "sessions.revoked",
  "session.token_reused",
  "session.proof_failed",
  "policy.changed",
  "member.invited",
  "member.joined",
  "member.role_changed",
  "member.disabled",
  "member.enabled",
  "password.changed",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export type EventDetails = Readonly<Record<string, unknown>>;

/** An event to be written in the transaction of what it records; the store gives it an id and, unless told, its time. */
export interface NewEvent {
  readonly type: EventType;
  /** The user who acted; null where nobody did. */
  readonly actorId: string | null;
  /** The session that the event is about, else the one that acted. */
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly details: EventDetails;
}

/** A row of the audit trail. */
export interface AuditEvent extends Omit<NewEvent, "actorId"> {
  readonly id: string;
  readonly at: number;
  readonly actor: { readonly id: string; readonly name: string; readonly email: string } | null;
}

/** Who acts, and from where: written into the audit trail. */
export interface Actor {
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly ip: string | null;
}
