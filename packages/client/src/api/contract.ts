import type {
  acceptInvitationBody,
  accountSchema,
  appliedPolicySchema,
  changeMemberBody,
  changeOwnUserBody,
  changePasswordBody,
  changePolicyBody,
  configSchema,
  deleteAccountBody,
  deleteOwnUserBody,
  eventSchema,
  grantSchema,
  invitationSchema,
  invitedSchema,
  inviteMemberBody,
  memberSchema,
  passwordLinkSchema,
  personalDataSchema,
  policySchema,
  previewPolicyBody,
  previewSchema,
  readInvitationBody,
  readPasswordLinkBody,
  refreshBody,
  registerBody,
  removeMemberQuery,
  renameAccountBody,
  resetPasswordBody,
  revokedSchema,
  revokeSessionsBody,
  sessionAndUserSchema,
  sessionItemSchema,
  sessionSchema,
  signInBody,
  signOutBody,
  userSchema,
} from "@curfew/http/wire";
import type { z } from "zod";

// Request and response bodies, inferred from the server's schemas; snake_case as on the wire.

/** A session as its own client sees it; `*_in_ms` count from the moment of the response. */
export type Session = z.infer<typeof sessionSchema>;
export type User = z.infer<typeof userSchema>;
export type Role = User["role"];
export type Grant = z.infer<typeof grantSchema>;
export type SessionAndUser = z.infer<typeof sessionAndUserSchema>;
export type SessionItem = z.infer<typeof sessionItemSchema>;
export type Revoked = z.infer<typeof revokedSchema>;
export type SecurityPolicy = z.infer<typeof policySchema>;
export type ActiveUser = SecurityPolicy["active_users"][number];
export type AppliedSecurityPolicy = z.infer<typeof appliedPolicySchema>;
export type PolicyPreview = z.infer<typeof previewSchema>;
export type AuditEvent = z.infer<typeof eventSchema>;
export type EventType = AuditEvent["type"];
export type Account = z.infer<typeof accountSchema>;
export type Member = z.infer<typeof memberSchema>;
export type Invited = z.infer<typeof invitedSchema>;
export type Invitation = z.infer<typeof invitationSchema>;
export type PasswordLink = z.infer<typeof passwordLinkSchema>;
export type PersonalData = z.infer<typeof personalDataSchema>;
export type Config = z.infer<typeof configSchema>;

export type SignIn = z.input<typeof signInBody>;
export type Register = z.input<typeof registerBody>;
export type Refresh = z.input<typeof refreshBody>;
export type SignOut = z.input<typeof signOutBody>;
export type ReadInvitation = z.input<typeof readInvitationBody>;
export type AcceptInvitation = z.input<typeof acceptInvitationBody>;
export type ReadPasswordLink = z.input<typeof readPasswordLinkBody>;
export type ResetPassword = z.input<typeof resetPasswordBody>;
export type ChangeOwnUser = z.input<typeof changeOwnUserBody>;
export type DeleteOwnUser = z.input<typeof deleteOwnUserBody>;
export type DeleteAccount = z.input<typeof deleteAccountBody>;
export type RemoveMemberQuery = z.input<typeof removeMemberQuery>;
export type RenameAccount = z.input<typeof renameAccountBody>;
export type ChangePassword = z.input<typeof changePasswordBody>;
export type ChangePolicy = z.input<ReturnType<typeof changePolicyBody>>;
export type PreviewPolicy = z.input<ReturnType<typeof previewPolicyBody>>;
export type RevokeScope = NonNullable<z.input<typeof revokeSessionsBody>["scope"]>;
export type InviteMember = z.input<typeof inviteMemberBody>;
export type ChangeMember = z.input<typeof changeMemberBody>;

/** A page of a list; `next_cursor` is null on the last page. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Pagination: `limit` from 1 to 200 (default 50), `cursor` from the previous page's `next_cursor`. */
export interface PageQuery {
  limit?: number;
  cursor?: string;
}

/** Pagination, and `q`: a part of a name or an e-mail. */
export interface SearchQuery extends PageQuery {
  q?: string;
}

/** A part of the audit trail: from `from` until before `to` (RFC 3339), and by or about one user. */
export interface EventFilter {
  type?: EventType;
  from?: string;
  to?: string;
  user_id?: string;
}

/** A body with its `version` as an entity tag: pass `etag` with the next change to detect concurrent changes (RFC 9110 §13.1.1). */
export type Versioned<Body> = Body & { etag: string };
