export { type Clock, type RandomBytes, type Scheduler, systemClock, systemScheduler } from "./clock.js";
export type {
  Curfew,
  CurfewOptions,
  EndSession,
  Events,
  FeedHealth,
  Grant,
  Identity,
  Policies,
  PolicyUpdateOptions,
  PolicyView,
  Proof,
  PublicKey,
  RefreshOptions,
  Revocations,
  RevokeOptions,
  SessionChange,
  Sessions,
  StartSession,
  Trouble,
  Users,
} from "./curfew.js";
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
export { createUuidv7, isUuid } from "./id.js";
export type { FeedPage, FeedRow, FeedScope, TokenStanding } from "./revocation/model.js";
export { deadlinesOf, hasPassed, MINUTE_MS, nearestDeadline } from "./session/deadlines.js";
export { fateOf } from "./session/fate.js";
export type {
  AccountState,
  Device,
  EndedFate,
  EndReason,
  ExpiryReason,
  RevocationReason,
  Role,
  Session,
  SessionFate,
  SessionSnapshot,
  User,
} from "./session/model.js";
export { isExpiryReason, REVOCATION_REASONS } from "./session/model.js";
export type * from "./store.js";
