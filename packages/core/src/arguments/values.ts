import { type Actor, EVENT_TYPES, type NewEvent } from "../events.js";
import type { Proof } from "../session/refresh-decision.js";
import { type Device, REVOCATION_REASONS } from "../session/session.js";
import type { HostUser, SignInSnapshot } from "../store.js";
import {
  both,
  type Check,
  holds,
  isObject,
  jsonObject,
  moment,
  nullable,
  object,
  oneOf,
  optional,
  text,
  trueOrFalse,
  wholeNumber,
} from "./checks.js";

/** ES2024, and in Node since 20: a tenth of what a regular expression costs. */
type WithWellFormed = string & { isWellFormed(): boolean };

/** UTF-8 has no lone surrogates, so that two texts with one would be stored as the same. */
const isWellFormed = holds(
  (value: WithWellFormed) => value.isWellFormed(),
  "Must not contain half a surrogate pair.",
);

/** The host chooses the ids; they have to fit into a token and a database column. */
const MAX_ID_LENGTH = 255;

/** In the path of a URL they are dropped, so that a call about this user would be another call (RFC 3986 §5.2.4). */
const isNoDotSegment = holds(
  (value: string) => value !== "." && value !== "..",
  "Must not be a dot segment, . or ..",
);

/** An id of an account, a user or a session. */
export const id = both(text({ min: 1, max: MAX_ID_LENGTH }), both(isWellFormed, isNoDotSegment));

export const hostSessionId = both(text({ min: 1, max: 1024 }), isWellFormed);

export const role = oneOf(["owner", "member"]);
export const reason = oneOf(REVOCATION_REASONS);

const anyText = text();
const textIfKnown = optional(nullable(anyText));
export const ip = textIfKnown;
/** RFC 7638. */
export const thumbprint = text({ min: 1, max: 255 });

export const actor = object<Actor>({ userId: nullable(id), sessionId: nullable(id), ip: nullable(anyText) });

/** `Partial<Device>`. */
export const device = optional(object<Device>({ label: textIfKnown, userAgent: textIfKnown, ip }));

export const hostUser = object<HostUser>({ id, name: anyText, email: anyText, role });

const eventType = oneOf(EVENT_TYPES);

export const startEvent = object<Pick<NewEvent, "type" | "details">>({
  type: eventType,
  details: jsonObject,
});

export const newEvent = object<NewEvent>({
  type: eventType,
  actorId: nullable(id),
  sessionId: nullable(id),
  ip: nullable(anyText),
  details: jsonObject,
});

export const eventTypeFilter = optional(eventType);

const proven = object<Extract<Proof, { thumbprint: string }>>({ thumbprint });
const faulty = object<Extract<Proof, { fault: string }>>({
  fault: oneOf(["invalid_proof", "use_dpop_nonce"]),
});
const isFaulty = (value: unknown): boolean => isObject(value) && "fault" in value && !("thumbprint" in value);

export const proof: Check = optional(nullable((value) => (isFaulty(value) ? faulty(value) : proven(value))));

const count = wholeNumber({ min: 0 });
const minutes = nullable(wholeNumber({ min: 1 }));

/** What `sessions.prepare` returned. */
export const prepared = object<SignInSnapshot>({
  account: object<SignInSnapshot["account"]>({
    epoch: count,
    policyVersion: count,
    appliedPolicyVersion: count,
  }),
  override: object<SignInSnapshot["override"]>({ idleMinutes: minutes, absoluteMinutes: minutes }),
  user: nullable(
    object<NonNullable<SignInSnapshot["user"]>>({
      accountId: id,
      id,
      name: anyText,
      email: anyText,
      role,
      disabled: trueOrFalse,
      lastLoginAt: nullable(moment),
      epoch: count,
      roleEpoch: count,
    }),
  ),
});

const MAX_PAGE_SIZE = 100_000;
export const pageSize = wholeNumber({ min: 1, max: MAX_PAGE_SIZE });

/** How long ago a person was last active. */
export const idleForSeconds = optional(wholeNumber({ min: 0 }));
