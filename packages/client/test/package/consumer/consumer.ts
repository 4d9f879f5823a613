import {
  type AuditEvent,
  CurfewProblem,
  createCurfewSession,
  type EndReason,
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
holds<Is<CurfewProblem["reason"], EndReason | undefined>>();

export async function tighten(api: Api): Promise<number> {
  const { etag } = await api.policy();
  const { applied } = await api.changePolicy(
    { idle_minutes: 15, absolute_minutes: null, apply: "now" },
    etag,
  );
  // @ts-expect-error nobody is king
  await api.changeMember("u", { role: "king" });
  // @ts-expect-error numbers are numbers
  await api.previewPolicy({ idle_minutes: "15" });
  return applied.sessions_ended;
}

export const api: Api = createApi(createFetchSend({ baseUrl: "https://app.example" }));

export const codeOf = (error: unknown): string | undefined =>
  error instanceof CurfewProblem && error.code === "email_taken" ? error.errors[0]?.code : undefined;

export const nameOf = (state: SessionState): string | null =>
  state.status === "signed_in" ? state.user.account.name : null;

export const session = () => createCurfewSession({ warningSeconds: 60 });
