import type { Api } from "./api.js";
import { CurfewProblem } from "./problem.js";
import { readProblem, unreachable } from "./read-problem.js";
import type { Call, Send } from "./send.js";

const SECURITY = "/api/accounts/me/security";

/**
 * Makes the calls of the contract on whatever carries them.
 *
 * @example const api = createApi((call) => fetch(pathOf(call), requestInit(call)));
 */
export function createApi(send: Send): Api {
  const answer = async (call: Call): Promise<Response> => {
    let response: Response;
    try {
      response = await send(call);
    } catch (error) {
      throw error instanceof CurfewProblem ? error : unreachable();
    }
    if (!response.ok) throw await readProblem(response);
    return response;
  };
  const json = async <Body>(call: Call): Promise<Body> => {
    const response = await answer(call);
    try {
      return (response.status === 204 ? undefined : await response.json()) as Body;
    } catch {
      throw unreachable();
    }
  };
  const versioned = async <Body>(call: Call): Promise<Body & { etag: string }> => {
    const response = await answer(call);
    return { ...((await response.json()) as Body), etag: response.headers.get("ETag") ?? "" };
  };
  const get = <Body>(path: string, query: Call["query"] = {}, auth: Call["auth"] = "bearer") =>
    json<Body>({ method: "GET", path, query, auth });
  const post = <Body>(path: string, body?: unknown, auth: Call["auth"] = "bearer") =>
    json<Body>({ method: "POST", path, body, auth });
  const remove = (path: string) => json<void>({ method: "DELETE", path, auth: "bearer" });
  const id = encodeURIComponent;

  return {
    config: () => get("/api/config", {}, "none"),

    register: (body) => post("/api/auth/register", body, "proof"),
    signIn: (body) => post("/api/auth/login", body, "proof"),
    refresh: (body) => post("/api/auth/refresh", body, "proof"),
    signOut: (body) => post("/api/auth/logout", body, "proof"),
    changePassword: (body) => post("/api/users/me/password", body, "proof"),
    readInvitation: (body) => post("/api/auth/invitation", body, "none"),
    acceptInvitation: (body) => post("/api/auth/accept-invitation", body, "proof"),

    session: () => get("/api/auth/session"),
    ownSessions: (query) => get("/api/users/me/sessions", { ...query }),
    endOwnSession: (sessionId) => remove(`/api/users/me/sessions/${id(sessionId)}`),
    endOwnOtherSessions: () => post("/api/users/me/sessions/revoke-others"),

    account: () => get("/api/accounts/me"),
    members: () => get("/api/accounts/me/members"),
    inviteMember: (body) => post("/api/accounts/me/members", body),
    changeMember: (userId, body) =>
      json({ method: "PATCH", path: `/api/accounts/me/members/${id(userId)}`, body, auth: "bearer" }),

    policy: () => versioned({ method: "GET", path: SECURITY, auth: "bearer" }),
    previewPolicy: (body) => post(`${SECURITY}/preview`, body),
    changePolicy: (body, etag) =>
      versioned({
        method: "PATCH",
        path: SECURITY,
        body,
        auth: "bearer",
        ...(etag !== undefined && { headers: { "If-Match": etag } }),
      }),
    accountSessions: (query) => get(`${SECURITY}/sessions`, { ...query }),
    endAccountSession: (sessionId) => remove(`${SECURITY}/sessions/${id(sessionId)}`),
    endUserSessions: (userId) => post(`${SECURITY}/users/${id(userId)}/revoke-sessions`),
    endAccountSessions: (scope) => post(`${SECURITY}/revoke-sessions`, { scope }),
    auditEvents: (query) => get(`${SECURITY}/events`, { ...query }),
    auditCsv: async () => {
      const headers = { Accept: "text/csv" };
      const response = await answer({ method: "GET", path: `${SECURITY}/events`, headers, auth: "bearer" });
      return response.blob();
    },
  };
}
