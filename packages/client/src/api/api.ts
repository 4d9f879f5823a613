import type {
  AcceptInvitation,
  Account,
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
  SecurityPolicy,
  SessionAndUser,
  SessionItem,
  SignIn,
  Versioned,
} from "./contract.js";

/** The whole HTTP contract as typed calls. Each rejects with a `CurfewProblem` and nothing else. */
export interface Api {
  config(): Promise<Config>;

  register(body: Register): Promise<Grant>;
  signIn(body: SignIn): Promise<Grant>;
  refresh(body: { refresh_token?: string; idle_for_seconds?: number }): Promise<Grant>;
  signOut(body?: { refresh_token?: string }): Promise<void>;
  changePassword(body: ChangePassword): Promise<Grant>;
  readInvitation(body: { token: string }): Promise<Invitation>;
  acceptInvitation(body: AcceptInvitation): Promise<Grant>;

  session(): Promise<SessionAndUser>;
  ownSessions(query?: PageQuery): Promise<Page<SessionItem>>;
  endOwnSession(id: string): Promise<void>;
  endOwnOtherSessions(): Promise<Revoked>;

  account(): Promise<Account>;
  members(): Promise<Members>;
  inviteMember(body: InviteMember): Promise<Invited>;
  changeMember(id: string, body: ChangeMember): Promise<Member>;

  policy(): Promise<Versioned<SecurityPolicy>>;
  previewPolicy(body: PreviewPolicy): Promise<PolicyPreview>;
  /** @param etag the version that the change was made on; absent: whatever stands */
  changePolicy(body: ChangePolicy, etag?: string): Promise<Versioned<AppliedSecurityPolicy>>;
  accountSessions(query?: PageQuery & { user_id?: string }): Promise<Page<SessionItem>>;
  endAccountSession(id: string): Promise<void>;
  endUserSessions(userId: string): Promise<Revoked>;
  endAccountSessions(scope: RevokeScope): Promise<Revoked>;
  auditEvents(query?: PageQuery & { type?: EventType }): Promise<Page<AuditEvent>>;
  /** The whole trail as CSV. */
  auditCsv(): Promise<Blob>;
}
