import type { EventType } from "@curfew/client";

/** What the trail can be filtered by, in the order in which the list offers it. */
const EVENT_TYPES: Readonly<Record<EventType, true>> = {
  "policy.changed": true,
  "session.revoked": true,
  "sessions.revoked": true,
  "session.expired": true,
  "session.token_reused": true,
  "session.proof_failed": true,
  "user.signed_in": true,
  "user.sign_in_failed": true,
  "user.signed_out": true,
  "password.changed": true,
  "member.invited": true,
  "member.joined": true,
  "member.role_changed": true,
  "member.disabled": true,
  "member.enabled": true,
  "account.created": true,
};

/** Tells whether a text names a type of event. */
export const isEventType = (value: string): value is EventType => Object.hasOwn(EVENT_TYPES, value);

export const EVENT_TYPE_LIST: readonly EventType[] = Object.keys(EVENT_TYPES).filter(isEventType);
