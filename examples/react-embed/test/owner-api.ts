import type { SecurityPolicy, Versioned } from "@curfew/client";
import type { ApiScript } from "@curfew/react/testing";

const policy: Versioned<SecurityPolicy> = {
  etag: '"1"',
  version: 1,
  idle_minutes: null,
  absolute_minutes: null,
  effective_idle_minutes: 60,
  effective_absolute_minutes: 1440,
  default_idle_minutes: 60,
  default_absolute_minutes: 1440,
  idle_minutes_min: 10,
  idle_minutes_max: 43_200,
  absolute_minutes_min: 30,
  absolute_minutes_max: 129_600,
  preset: "standard",
  active_users: [
    {
      user_id: "ada",
      name: "Ada Lovelace",
      email: "ada@example.com",
      last_login_at: "2026-11-24T11:00:00.000Z",
      last_active_at: "2026-11-24T12:00:00.000Z",
      session_count: 1,
    },
  ],
  active_user_count: 1,
  active_session_count: 1,
};

/** Responses for the components for owners: an account in which only Ada is signed in. */
export const ownerApi = (): ApiScript => ({
  "GET /api/accounts/me/security": async () => policy,
  "GET /api/accounts/me/security/sessions": async () => ({ items: [], next_cursor: null }),
  "GET /api/accounts/me/members": async () => ({ items: [], next_cursor: null }),
  "GET /api/accounts/me/security/events": async () => ({
    items: [
      {
        id: "1",
        at: "2026-11-24T11:00:00.000Z",
        type: "user.signed_in",
        actor: { id: "ada", name: "Ada", email: "ada@example.com" },
        session_id: null,
        ip: null,
        details: {},
      },
    ],
    next_cursor: null,
  }),
});
