import {
  type AnswerOf,
  type AuditEvent,
  CurfewProblem,
  createCurfewSession,
  type EndReason,
  type OptionsOf,
  type SecurityPolicy,
  type SessionState,
} from "@curfew/client";
import { type Api, createApi, createFetchSend } from "@curfew/client/api";

type Is<A, B> = [A, B] extends [B, A] ? true : false;
const holds = <_T extends true>(): void => undefined;

holds<Is<SecurityPolicy["preset"], "standard" | "strict" | "custom">>();
holds<Is<SecurityPolicy["idle_minutes"], number | null>>();
holds<Is<SecurityPolicy["active_users"][number]["session_count"], number>>();
holds<Is<Extract<AuditEvent["type"], "policy.changed">, "policy.changed">>();
holds<Is<AnswerOf<"GET /api/accounts/me/security">, SecurityPolicy & { etag: string }>>();
holds<Is<OptionsOf<"DELETE /api/users/me/sessions/{id}">, { id: string }>>();
holds<Is<CurfewProblem["reason"], EndReason | undefined>>();

export async function tighten(api: Api): Promise<number> {
  const { etag } = await api("GET /api/accounts/me/security");
  const { applied } = await api("PATCH /api/accounts/me/security", {
    body: { idle_minutes: 15, absolute_minutes: null, apply: "now" },
    etag,
  });
  // @ts-expect-error there is no such role
  await api("PATCH /api/accounts/me/members/{id}", { id: "u", body: { role: "king" } });
  // @ts-expect-error minutes are a number
  await api("POST /api/accounts/me/security/preview", { body: { idle_minutes: "15" } });
  // @ts-expect-error the id is required
  await api("PATCH /api/accounts/me/members/{id}", { body: { role: "owner" } });
  // @ts-expect-error the contract has no such operation
  await api("DELETE /api/accounts/me");
  // @ts-expect-error a sign-in needs a password
  await api("POST /api/auth/login");
  // @ts-expect-error only events are available as CSV
  await api("GET /api/accounts/me/security/sessions", { accept: "text/csv" });
  const trail: Blob = await api("GET /api/accounts/me/security/events", { accept: "text/csv" });
  const { items } = await api("GET /api/accounts/me/security/events", { query: { limit: 20 } });
  holds<Is<typeof items, AuditEvent[]>>();
  if (trail.size === 0) await api("POST /api/auth/logout");
  return applied.sessions_ended;
}

export const api: Api = createApi(createFetchSend({ baseUrl: "https://app.example" }));

export const codeOf = (error: unknown): string | undefined =>
  error instanceof CurfewProblem && error.code === "email_taken" ? error.errors[0]?.code : undefined;

export const nameOf = (state: SessionState): string | null =>
  state.status === "signed_in" ? state.user.account.name : null;

export const session = () => createCurfewSession({ warningSeconds: 60 });
