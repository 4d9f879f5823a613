import type { ApiScript } from "../../testing/index.js";
import type { OwnersCalls } from "./fake-account.js";

/** The operations that the account's calls answer. */
export const ownersScript = (api: OwnersCalls): ApiScript => ({
  "GET /api/accounts/me/security": () => api.policy(),
  "POST /api/accounts/me/security/preview": ({ body }) => api.previewPolicy(body),
  "PATCH /api/accounts/me/security": ({ body, etag }) => api.changePolicy(body, etag),
  "GET /api/accounts/me/security/sessions": ({ query }) => api.accountSessions(query),
  "DELETE /api/accounts/me/security/sessions/{id}": ({ id }) => api.endAccountSession(id),
  "POST /api/accounts/me/security/users/{id}/revoke-sessions": ({ id }) => api.endUserSessions(id),
  "POST /api/accounts/me/security/revoke-sessions": ({ body }) =>
    api.endAccountSessions(body?.scope ?? "all"),
  "POST /api/users/me/sessions/revoke-others": () => api.endOwnOtherSessions(),
  "GET /api/accounts/me/members": () => api.members(),
  "GET /api/accounts/me/security/events": ({ query }) => api.auditEvents(query),
  "text/csv": () => api.auditCsv(),
});
