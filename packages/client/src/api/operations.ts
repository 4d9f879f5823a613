import type {
  AcceptInvitation,
  Account,
  ActiveUser,
  AppliedSecurityPolicy,
  AuditEvent,
  ChangeMember,
  ChangeOwnUser,
  ChangePassword,
  ChangePolicy,
  Config,
  DeleteAccount,
  DeleteOwnUser,
  EventFilter,
  Grant,
  Invitation,
  Invited,
  InviteMember,
  Member,
  Page,
  PageQuery,
  PasswordLink,
  PersonalData,
  PolicyPreview,
  PreviewPolicy,
  ReadInvitation,
  ReadPasswordLink,
  Refresh,
  Register,
  RemoveMemberQuery,
  RenameAccount,
  ResetPassword,
  Revoked,
  RevokeScope,
  SearchQuery,
  SecurityPolicy,
  SessionAndUser,
  SessionItem,
  SignIn,
  SignOut,
  User,
  Versioned,
} from "./contract.js";

/** The operations of the HTTP contract, named as in its OpenAPI document, with their options and responses. */
export interface Operations {
  "GET /api/config": { answer: Config };

  "POST /api/auth/register": { body: Register; answer: Grant };
  "POST /api/auth/login": { body: SignIn; answer: Grant };
  "POST /api/auth/refresh": { body?: Refresh; answer: Grant };
  "POST /api/auth/logout": { body?: SignOut; answer: undefined };
  "POST /api/auth/invitation": { body: ReadInvitation; answer: Invitation };
  "POST /api/auth/accept-invitation": { body: AcceptInvitation; answer: Grant };
  "POST /api/auth/password-link": { body: ReadPasswordLink; answer: Invitation };
  "POST /api/auth/reset-password": { body: ResetPassword; answer: Grant };
  "GET /api/auth/session": { answer: SessionAndUser };

  "GET /api/users/me": { answer: User };
  "PATCH /api/users/me": { body: ChangeOwnUser; answer: User };
  "DELETE /api/users/me": { body: DeleteOwnUser; answer: undefined };
  "GET /api/users/me/export": { answer: PersonalData };
  "POST /api/users/me/password": { body: ChangePassword; answer: Grant };
  "GET /api/users/me/sessions": { query?: PageQuery; answer: Page<SessionItem> };
  "DELETE /api/users/me/sessions/{id}": { id: string; answer: undefined };
  "POST /api/users/me/sessions/revoke-others": { answer: Revoked };

  "GET /api/accounts/me": { answer: Account };
  "PATCH /api/accounts/me": { body: RenameAccount; answer: Account };
  "DELETE /api/accounts/me": { body: DeleteAccount; answer: undefined };
  "GET /api/accounts/me/members": { query?: SearchQuery; answer: Page<Member> };
  "POST /api/accounts/me/members": { body: InviteMember; answer: Invited };
  "PATCH /api/accounts/me/members/{id}": { id: string; body: ChangeMember; answer: Member };
  "DELETE /api/accounts/me/members/{id}": { id: string; query?: RemoveMemberQuery; answer: undefined };
  "POST /api/accounts/me/members/{id}/password-link": { id: string; answer: PasswordLink };

  "GET /api/accounts/me/security": { answer: Versioned<SecurityPolicy> };
  /** `etag`: the version to change; omit it to change the current version. */
  "PATCH /api/accounts/me/security": {
    body: ChangePolicy;
    etag?: string;
    answer: Versioned<AppliedSecurityPolicy>;
  };
  "POST /api/accounts/me/security/preview": { body: PreviewPolicy; answer: PolicyPreview };
  "POST /api/accounts/me/security/revoke-sessions": { body?: { scope?: RevokeScope }; answer: Revoked };
  "GET /api/accounts/me/security/sessions": {
    query?: SearchQuery & { user_id?: string };
    answer: Page<SessionItem>;
  };
  "GET /api/accounts/me/security/active-users": { query?: SearchQuery; answer: Page<ActiveUser> };
  "DELETE /api/accounts/me/security/sessions/{id}": { id: string; answer: undefined };
  "POST /api/accounts/me/security/users/{id}/revoke-sessions": { id: string; answer: Revoked };
  "GET /api/accounts/me/security/events": {
    query?: PageQuery & EventFilter;
    answer: Page<AuditEvent>;
  };
}

/** The options of an operation: `id` (the path parameter), `body`, `query`, `etag`. */
export type OptionsOf<Name extends keyof Operations> = Omit<Operations[Name], "answer">;

/** The response of an operation. */
export type AnswerOf<Name extends keyof Operations> = Operations[Name]["answer"];

/**
 * Calls an operation of the HTTP contract.
 *
 * @throws CurfewProblem the server's problem, or `unreachable` when there was no response of Curfew
 *
 * @example await api("PATCH /api/accounts/me/members/{id}", { id: member.id, body: { role: "owner" } });
 */
export interface Api {
  /** The complete audit trail as CSV, or what the filter leaves of it. */
  (
    name: "GET /api/accounts/me/security/events",
    options: { accept: "text/csv"; query?: EventFilter },
  ): Promise<Blob>;
  <Name extends keyof Operations>(
    name: Name,
    ...options: Record<never, never> extends OptionsOf<Name> ? [OptionsOf<Name>?] : [OptionsOf<Name>]
  ): Promise<AnswerOf<Name>>;
}
