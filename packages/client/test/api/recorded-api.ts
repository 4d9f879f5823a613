import { type Auth, createApi } from "../../src/api/create-api.js";
import type { Api, Operations, OptionsOf } from "../../src/api/operations.js";

/** A call, with its body as it was given. */
export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: object;
  auth: Auth;
}

/** Whether the operation answers 204. */
export const hasNoAnswer = (name: string): boolean => /^DELETE|logout$/.test(name);

/** An API that records its calls and returns these responses in turn, the last one repeatedly; without any, empty ones. */
export function recordedApi(...answers: (Response | Error)[]): { api: Api; calls: Call[] } {
  const calls: Call[] = [];
  const api = createApi(async (path, auth, { method = "", headers = {}, body }) => {
    calls.push({ method, path, body: body && JSON.parse(String(body)), headers, auth });
    const empty = hasNoAnswer(`${method} ${path}`)
      ? new Response(null, { status: 204 })
      : Response.json({ name: "Ada" });
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? empty;
    if (answer instanceof Error) throw answer;
    return answer.clone();
  });
  return { api, calls };
}

export const problem = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });

const ID = "an id/with?marks";
const SIGN_IN = { email: "ada@acme.example", password: "a long enough one" };

/** Every operation with all of its options. */
const EVERY_CALL: { readonly [Name in keyof Operations]: Required<OptionsOf<Name>> } = {
  "GET /api/config": {},
  "POST /api/auth/register": { body: { ...SIGN_IN, account_name: "Acme", name: "Ada" } },
  "POST /api/auth/login": { body: SIGN_IN },
  "POST /api/auth/refresh": { body: { idle_for_seconds: 5 } },
  "POST /api/auth/logout": { body: { refresh_token: "r" } },
  "POST /api/auth/invitation": { body: { token: "t" } },
  "POST /api/auth/accept-invitation": { body: { token: "t", password: SIGN_IN.password } },
  "POST /api/auth/password-link": { body: { token: "t" } },
  "POST /api/auth/reset-password": { body: { token: "t", password: SIGN_IN.password } },
  "GET /api/auth/session": {},
  "GET /api/users/me": {},
  "PATCH /api/users/me": { body: { name: "Ada", email: SIGN_IN.email, current_password: "old" } },
  "DELETE /api/users/me": { body: { current_password: "old" } },
  "GET /api/users/me/export": {},
  "POST /api/users/me/password": { body: { current_password: "old", new_password: "new" } },
  "GET /api/users/me/sessions": { query: { limit: 20, cursor: "c+/=" } },
  "DELETE /api/users/me/sessions/{id}": { id: ID },
  "POST /api/users/me/sessions/revoke-others": {},
  "GET /api/accounts/me": {},
  "PATCH /api/accounts/me": { body: { name: "Acme" } },
  "DELETE /api/accounts/me": { body: { account_name: "Acme" } },
  "GET /api/accounts/me/members": { query: { limit: 20, cursor: "c+/=", q: "gra & ce" } },
  "POST /api/accounts/me/members": {
    body: { name: "Grace", email: "grace@acme.example", role: "member" },
  },
  "PATCH /api/accounts/me/members/{id}": { id: ID, body: { disabled: true } },
  "DELETE /api/accounts/me/members/{id}": { id: ID, query: { status: "invited" } },
  "POST /api/accounts/me/members/{id}/password-link": { id: ID },
  "GET /api/accounts/me/security": {},
  "PATCH /api/accounts/me/security": { body: { idle_minutes: null, apply: "now" }, etag: '"7"' },
  "POST /api/accounts/me/security/preview": { body: { idle_minutes: 15 } },
  "POST /api/accounts/me/security/revoke-sessions": { body: { scope: "others" } },
  "GET /api/accounts/me/security/sessions": { query: { user_id: "u", q: "gra" } },
  "GET /api/accounts/me/security/active-users": { query: { q: "gra" } },
  "DELETE /api/accounts/me/security/sessions/{id}": { id: ID },
  "POST /api/accounts/me/security/users/{id}/revoke-sessions": { id: ID },
  "GET /api/accounts/me/security/events": {
    query: {
      type: "policy.changed",
      user_id: "u",
      from: "2026-01-01T00:00:00+01:00",
      to: "2026-02-01T00:00:00Z",
    },
  },
};

export const EVERY_NAME = Object.keys(EVERY_CALL) as (keyof Operations)[];

/** Calls the operation with its options from `EVERY_CALL`. */
export const callOf = (api: Api, name: keyof Operations): Promise<unknown> =>
  (api as (name: string, options: object) => Promise<unknown>)(name, EVERY_CALL[name]);
