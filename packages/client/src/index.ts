export type {
  AcceptInvitation,
  Account,
  ActiveUser,
  AppliedSecurityPolicy,
  AuditEvent,
  ChangeMember,
  ChangePassword,
  ChangePolicy,
  Config,
  EventType,
  Grant,
  Invitation,
  Invited,
  InviteMember,
  Member,
  Members,
  Page,
  PageQuery,
  PolicyPreview,
  PreviewPolicy,
  Register,
  Revoked,
  RevokeScope,
  Role,
  SecurityPolicy,
  Session,
  SessionAndUser,
  SessionItem,
  SignIn,
  User,
  Versioned,
} from "./api/contract.js";
export type { AnswerOf, Api, Operations, OptionsOf } from "./api/operations.js";
export { CurfewProblem, type EndReason, type FieldFault, type ProblemDetails } from "./api/problem.js";
export { type CurfewSessionOptions, createCurfewSession } from "./create-curfew-session.js";
export type { CurfewSession, Expiry, SessionEnd, SessionState } from "./session/model.js";
export type { Activity, Ports, Timer } from "./session/ports.js";
