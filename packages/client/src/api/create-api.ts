import type { Api } from "./api.js";
import { CurfewProblem } from "./problem.js";
import { readProblem, unreachable } from "./read-problem.js";
import type { Call, Send } from "./send.js";

type Auth = Call["auth"];

const ACCOUNT = "/api/accounts/me";
const SECURITY = `${ACCOUNT}/security`;
const OWN_SESSIONS = "/api/users/me/sessions";

const readJson = (response: Response): unknown => (response.status === 204 ? undefined : response.json());

const readVersioned = async (response: Response): Promise<unknown> => ({
  ...(await response.json()),
  etag: response.headers.get("ETag"),
});

/**
 * Makes the calls of the contract on whatever carries them. What a call rejects with is a `CurfewProblem`: the server's,
 * or `unreachable` where no answer came, or none that is Curfew's.
 *
 * @example const api = createApi((call) => fetch(pathOf(call), requestInit(call)));
 */
export function createApi(send: Send): Api {
  const perform = async <Body>(call: Call, read = readJson): Promise<Body> => {
    try {
      const response = await send(call);
      if (!response.ok) throw await readProblem(response);
      return (await read(response)) as Body;
    } catch (error) {
      throw error instanceof CurfewProblem ? error : unreachable();
    }
  };
  const get = <Body>(path: string, query?: object, auth: Auth = "bearer") =>
    perform<Body>({ method: "GET", path, query, auth });
  const post = <Body>(path: string, body?: unknown, auth: Auth = "bearer") =>
    perform<Body>({ method: "POST", path, body, auth });
  const enter = <Body>(path: string, body: unknown) => post<Body>(path, body, "proof");
  const remove = (path: string) => perform<void>({ method: "DELETE", path, auth: "bearer" });
  const id = encodeURIComponent;

  return {
    config: () => get("/api/config", undefined, "none"),

    register: (body) => enter("/api/auth/register", body),
    signIn: (body) => enter("/api/auth/login", body),
    refresh: (body) => enter("/api/auth/refresh", body),
    signOut: (body) => enter("/api/auth/logout", body),
    changePassword: (body) => enter("/api/users/me/password", body),
    readInvitation: (body) => post("/api/auth/invitation", body, "none"),
    acceptInvitation: (body) => enter("/api/auth/accept-invitation", body),

    session: () => get("/api/auth/session"),
    ownSessions: (query) => get(OWN_SESSIONS, query),
    endOwnSession: (sessionId) => remove(`${OWN_SESSIONS}/${id(sessionId)}`),
    endOwnOtherSessions: () => post(`${OWN_SESSIONS}/revoke-others`),

    account: () => get(ACCOUNT),
    members: () => get(`${ACCOUNT}/members`),
    inviteMember: (body) => post(`${ACCOUNT}/members`, body),
    changeMember: (userId, body) =>
      perform({ method: "PATCH", path: `${ACCOUNT}/members/${id(userId)}`, body, auth: "bearer" }),

    policy: () => perform({ method: "GET", path: SECURITY, auth: "bearer" }, readVersioned),
    previewPolicy: (body) => post(`${SECURITY}/preview`, body),
    changePolicy: (body, etag) =>
      perform(
        { method: "PATCH", path: SECURITY, body, auth: "bearer", headers: etag ? { "If-Match": etag } : {} },
        readVersioned,
      ),
    accountSessions: (query) => get(`${SECURITY}/sessions`, query),
    endAccountSession: (sessionId) => remove(`${SECURITY}/sessions/${id(sessionId)}`),
    endUserSessions: (userId) => post(`${SECURITY}/users/${id(userId)}/revoke-sessions`),
    endAccountSessions: (scope) => post(`${SECURITY}/revoke-sessions`, { scope }),
    auditEvents: (query) => get(`${SECURITY}/events`, query),
    auditCsv: () =>
      perform(
        { method: "GET", path: `${SECURITY}/events`, auth: "bearer", headers: { Accept: "text/csv" } },
        (response) => response.blob(),
      ),
  };
}
