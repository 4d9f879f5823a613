import type { Api } from "../../src/api/api.js";
import { createApi } from "../../src/api/create-api.js";
import type { Call } from "../../src/api/send.js";

/** An API whose calls are written down and get these answers in turn, the last again and again. */
export function recordedApi(...answers: (Response | Error)[]): { api: Api; calls: Call[] } {
  const calls: Call[] = [];
  const api = createApi(async (call) => {
    calls.push(call);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? Response.json({});
    if (answer instanceof Error) throw answer;
    return answer.clone();
  });
  return { api, calls };
}

/** An answer of the server's that is a problem. */
export const problem = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });

const ID = "an id/with?marks";
const SIGN_IN = { email: "ada@acme.example", password: "a long enough one" };
const TOKEN = { token: "t", password: "a long enough one" };

/** Every call of the API, made once with arguments that fit. */
export const EVERY_CALL: Record<keyof Api, (api: Api) => Promise<unknown>> = {
  config: (api) => api.config(),
  register: (api) => api.register({ ...SIGN_IN, account_name: "Acme", name: "Ada" }),
  signIn: (api) => api.signIn(SIGN_IN),
  refresh: (api) => api.refresh({ idle_for_seconds: 5 }),
  signOut: (api) => api.signOut(),
  changePassword: (api) => api.changePassword({ current_password: "old", new_password: "new" }),
  readInvitation: (api) => api.readInvitation({ token: "t" }),
  acceptInvitation: (api) => api.acceptInvitation(TOKEN),
  session: (api) => api.session(),
  ownSessions: (api) => api.ownSessions({ limit: 20, cursor: "c+/=" }),
  endOwnSession: (api) => api.endOwnSession(ID),
  endOwnOtherSessions: (api) => api.endOwnOtherSessions(),
  account: (api) => api.account(),
  members: (api) => api.members(),
  inviteMember: (api) => api.inviteMember({ name: "Grace", email: "grace@acme.example", role: "member" }),
  changeMember: (api) => api.changeMember(ID, { disabled: true }),
  policy: (api) => api.policy(),
  previewPolicy: (api) => api.previewPolicy({ idle_minutes: 15 }),
  changePolicy: (api) => api.changePolicy({ idle_minutes: null, apply: "now" }, '"7"'),
  accountSessions: (api) => api.accountSessions({ user_id: "u" }),
  endAccountSession: (api) => api.endAccountSession(ID),
  endUserSessions: (api) => api.endUserSessions(ID),
  endAccountSessions: (api) => api.endAccountSessions("others"),
  auditEvents: (api) => api.auditEvents({ type: "policy.changed" }),
  auditCsv: (api) => api.auditCsv(),
};
