export { type Clock, type Scheduler, systemClock, systemScheduler } from "./clock.js";
export type {
  Accounts,
  Curfew,
  DeleteUser,
  EndSession,
  Events,
  Grant,
  IdentifiedSession,
  ListActiveUsers,
  Policies,
  PolicyUpdate,
  PolicyUpdateOptions,
  PolicyView,
  RefreshOptions,
  Revocations,
  RevokeOptions,
  SessionChange,
  Sessions,
  SignOutOptions,
  StartSession,
  Users,
  WatchedSession,
} from "./curfew.js";
export type {
  AdmittedSession,
  EndGovernedOptions,
  Ending,
  Governed,
  GovernedKey,
  GovernedSession,
  OpenGoverned,
  TouchOptions,
} from "./curfew-governed.js";
export { createCurfew } from "./engine.js";
export {
  CurfewError,
  type CurfewErrorCode,
  type CurfewErrorDetails,
  type FieldFault,
  isCurfewError,
} from "./errors.js";
export {
  type Actor,
  type AuditEvent,
  EVENT_TYPES,
  type EventDetails,
  type EventType,
  type NewEvent,
} from "./events.js";
export { createUuidv7, isUuid, type RandomBytes } from "./id.js";
export type { PublicKey } from "./keys.js";
export { nameKeyOf } from "./name-key.js";
export { canonicalAddress, NETWORK_DIGEST_LENGTH, networkDigestOf, networkOf, siteOf } from "./network.js";
export type { CurfewOptions, Trouble } from "./options.js";
export type { FeedPage, FeedRow, FeedScope, TokenStanding } from "./revocation/feed.js";
export type { FeedHealth } from "./revocation/follow.js";
export { findsPerson, SEARCHED_ITEMS_MAX, type Search, searchPage } from "./search.js";
export type { Identity } from "./session/access-token.js";
export {
  deadlinesOf,
  type ExpiryReason,
  hasPassed,
  MINUTE_MS,
  nearestDeadline,
} from "./session/deadlines.js";
export {
  DEVICE_CHANGE_INTERVAL_MS,
  type Proof,
  ROTATION_MEMORY_MS,
} from "./session/refresh-decision.js";
export {
  type AccountState,
  type Device,
  type EndedFate,
  type EndReason,
  fateOf,
  isExpiryReason,
  REVOCATION_REASONS,
  type RevocationReason,
  type Role,
  type RotationNetwork,
  type Session,
  type SessionFate,
  type SessionSnapshot,
  type User,
} from "./session/session.js";
export type * from "./store.js";
export { DELETED_USER_NAME } from "./store-deletion.js";
