import type { Api } from "./operations.js";
import { isCurfewProblem, readProblem, withoutResponse } from "./problem.js";

/** One request of the HTTP contract. */
export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Relative to the server's origin, with encoded ids and the query string. */
  path: string;
  body?: object | undefined;
  headers?: Readonly<Record<string, string>>;
  /** The credentials to send: none, the access token, or a DPoP proof (RFC 9449) with the access token if there is one. */
  auth: "none" | "bearer" | "proof";
}

/** Sends a call and resolves with the response, whatever its status; rejects when there is no response. */
export type Send = (call: Call) => Promise<Response>;

/** The `fetch` options of a call; the body, if any, is sent as JSON. */
export const requestInit = ({ method, body, headers }: Call) => ({
  method,
  headers: { ...(body && { "Content-Type": "application/json" }), ...headers } as Record<string, string>,
  // `JSON.stringify(undefined)` is `undefined`.
  body: JSON.stringify(body),
});

/** Options of `createFetchSend`. */
export interface FetchSendOptions {
  /** The server's origin. */
  baseUrl: string;
  /** Returns the access token; called once per call that needs one. */
  accessToken?: () => string | undefined;
  /** Default: the platform's `fetch`. */
  fetch?: typeof fetch;
}

/**
 * Creates a `Send` that keeps no session, for Node and other clients that carry their tokens in request bodies.
 *
 * @example
 * const api = createApi(createFetchSend({ baseUrl: "https://app.example", accessToken: () => grant?.access_token }));
 * const body = { email, password, transport: "body" } as const;
 * const grant = await api("POST /api/auth/login", { body });
 */
export function createFetchSend({ baseUrl, accessToken, fetch = globalThis.fetch }: FetchSendOptions): Send {
  return async (call) => {
    const token = call.auth === "none" ? undefined : accessToken?.();
    const headers = { ...call.headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
    return fetch(new URL(call.path, baseUrl), requestInit({ ...call, headers }));
  };
}

interface CallOptions {
  id?: string;
  query?: object;
  body?: object;
  etag?: string;
  accept?: string;
}

/** Calls that start, refresh or end a session take a proof; the configuration and reading a link need no session. */
const authOf = (name: string): Call["auth"] => {
  if (/config|h\/[ip]/.test(name)) return "none";
  return /POST.*auth|me\/pas/.test(name) ? "proof" : "bearer";
};

/**
 * Creates the typed client of the HTTP contract.
 *
 * @example
 * const api = createApi(createFetchSend({ baseUrl: "https://app.example" }));
 * const { registration } = await api("GET /api/config");
 */
export const createApi = (send: Send): Api =>
  (async (name: string, { id, query = {}, body, etag, accept }: CallOptions = {}): Promise<unknown> => {
    const [method, path] = name.replace("{id}", encodeURIComponent(id as string)).split(" ");
    // The JSON round trip drops undefined values.
    const search = String(new URLSearchParams(JSON.parse(JSON.stringify(query))));
    try {
      const response = await send({
        method: method as Call["method"],
        path: `${path}${search && `?${search}`}`,
        body,
        headers: { ...(etag && { "If-Match": etag }), ...(accept && { Accept: accept }) },
        auth: authOf(name),
      });
      if (!response.ok) throw await readProblem(response);
      if (accept) return await response.blob();
      if (response.status === 204) return;
      const answer = (await response.json()) as { version: number };
      // Proxies that compress rewrite or remove the `ETag`. An older server sends the version only there.
      const tag = answer.version > 0 ? `"${answer.version}"` : response.headers.get("etag");
      return tag ? { ...answer, etag: tag } : answer;
    } catch (error) {
      throw isCurfewProblem(error) ? error : withoutResponse();
    }
  }) as Api;
