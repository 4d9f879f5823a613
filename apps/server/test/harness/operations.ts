/** The operations of the contract, copied from its page and not derived from code. */
export const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  "/api/auth/register": ["POST"],
  "/api/auth/login": ["POST"],
  "/api/auth/refresh": ["POST"],
  "/api/auth/logout": ["POST"],
  "/api/auth/session": ["GET"],
  "/api/auth/events": ["GET"],
  "/api/auth/invitation": ["POST"],
  "/api/auth/accept-invitation": ["POST"],
  "/api/auth/password-link": ["POST"],
  "/api/auth/reset-password": ["POST"],
  "/api/users/me": ["GET", "PATCH", "DELETE"],
  "/api/users/me/export": ["GET"],
  "/api/users/me/password": ["POST"],
  "/api/users/me/sessions": ["GET"],
  "/api/users/me/sessions/revoke-others": ["POST"],
  "/api/users/me/sessions/{id}": ["DELETE"],
  "/api/accounts/me": ["GET", "PATCH", "DELETE"],
  "/api/accounts/me/members": ["GET", "POST"],
  "/api/accounts/me/members/{id}": ["PATCH", "DELETE"],
  "/api/accounts/me/members/{id}/password-link": ["POST"],
  "/api/accounts/me/security": ["GET", "PATCH"],
  "/api/accounts/me/security/preview": ["POST"],
  "/api/accounts/me/security/revoke-sessions": ["POST"],
  "/api/accounts/me/security/sessions": ["GET"],
  "/api/accounts/me/security/active-users": ["GET"],
  "/api/accounts/me/security/sessions/{id}": ["DELETE"],
  "/api/accounts/me/security/users/{id}/revoke-sessions": ["POST"],
  "/api/accounts/me/security/events": ["GET"],
  "/api/config": ["GET"],
  "/healthz": ["GET"],
  "/readyz": ["GET"],
  "/metrics": ["GET"],
  "/openapi.json": ["GET"],
  "/docs": ["GET"],
  "/.well-known/jwks.json": ["GET"],
};

/** The error codes of the contract, with their statuses. */
export const ERROR_CODES: Readonly<Record<string, number>> = {
  bad_request: 400,
  invalid_credentials: 401,
  unauthenticated: 401,
  token_expired: 401,
  invalid_proof: 401,
  use_dpop_nonce: 401,
  session_expired: 401,
  session_revoked: 401,
  forbidden: 403,
  reauthentication_required: 403,
  cross_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  email_taken: 409,
  too_many: 409,
  last_owner: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  rate_limited: 429,
  unavailable: 503,
};

/** The path pattern that matches a request's path; `{id}` matches one segment. */
export function patternOf(path: string): string | undefined {
  const plain = path.split("?", 1)[0] ?? path;
  if (plain in OPERATIONS) return plain;
  return Object.keys(OPERATIONS).find(
    (pattern) => pattern.includes("{id}") && new RegExp(`^${pattern.replace("{id}", "[^/]+")}$`).test(plain),
  );
}
