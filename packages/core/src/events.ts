/** The event types of the audit trail. */
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
  "session.token_shared",
  "session.device_changed",
  "session.adopted",
  "sessions.imported",
  "policy.changed",
  "member.invited",
  "member.joined",
  "member.role_changed",
  "member.disabled",
  "member.enabled",
  "member.deleted",
  "member.invitation_withdrawn",
  "password.changed",
  "password.link_made",
  "user.changed",
  "account.renamed",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export type EventDetails = Readonly<Record<string, unknown>>;

/** An event to record in the transaction of its cause. The store assigns its id and time. */
export interface NewEvent {
  readonly type: EventType;
  /** The acting user; null for an event without one, such as an expiry. */
  readonly actorId: string | null;
  /** The session that the event is about, else the acting session. */
  readonly sessionId: string | null;
  readonly ip: string | null;
  readonly details: EventDetails;
}

/** Creates the event of a call by `actor`. */
export const eventBy = (actor: Actor, type: EventType, details: EventDetails): NewEvent => ({
  type,
  actorId: actor.userId,
  sessionId: actor.sessionId,
  ip: actor.ip,
  details,
});

/** A row of the audit trail. */
export interface AuditEvent extends Omit<NewEvent, "actorId"> {
  readonly id: string;
  readonly at: number;
  readonly actor: { readonly id: string; readonly name: string; readonly email: string } | null;
}

/** The origin of a call, for the audit trail. */
export interface Actor {
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly ip: string | null;
}
