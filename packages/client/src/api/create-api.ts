import type { Api } from "./operations.js";
import { isCurfewProblem, readProblem, withoutResponse } from "./problem.js";

/** The credentials of a call: none, the access token, or a DPoP proof (RFC 9449) with the access token if there is one. */
export type Auth = "none" | "bearer" | "proof";

/**
 * Sends a call of the HTTP contract and resolves with the response, whatever its status; rejects when there is no response.
 *
 * @param path relative to the server's origin, with encoded ids and the query string
 */
export type Send = (path: string, auth: Auth, init: RequestInit) => Promise<Response>;

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
  return async (path, auth, init) => {
    const headers = new Headers(init.headers);
    const token = auth === "none" ? undefined : accessToken?.();
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return fetch(new URL(path, baseUrl), { ...init, headers });
  };
}

/**
 * In every document of Curfew's. A proxy or a portal may answer in its place: with nothing, a page, which `json()` rejects, or a
 * document of its own.
 */
const OURS = /"(name|items|version|expires_at|session|revoked)/;

/** A file, a document or nothing. */
type Answer = { type: string; version: number } | undefined;

interface CallOptions {
  id?: string;
  query?: object;
  body?: object;
  etag?: string;
  accept?: string;
}

/** Calls that start, refresh or end a session take a proof; the configuration and reading a link need no session. */
const authOf = (name: string): Auth => {
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
      const response = await send(`${path}${search && `?${search}`}`, authOf(name), {
        method: method as string,
        headers: {
          ...(body && { "Content-Type": "application/json" }),
          ...(etag && { "If-Match": etag }),
          ...(accept && { Accept: accept }),
        },
        // `JSON.stringify(undefined)` is `undefined`.
        body: JSON.stringify(body),
      });
      if (!response.ok) throw await readProblem(response);
      const isEmpty = response.status === 204;
      const answer = (await (accept ? response.blob() : isEmpty ? undefined : response.json())) as Answer;
      const isOurs = accept
        ? answer?.type.match(accept)
        : isEmpty
          ? /DELETE|logout/.test(name)
          : OURS.test(JSON.stringify(answer));
      if (!isOurs) throw withoutResponse();
      // Proxies that compress rewrite or remove the `ETag`.
      return answer?.version ? { ...answer, etag: `"${answer.version}"` } : answer;
    } catch (error) {
      throw isCurfewProblem(error) ? error : withoutResponse();
    }
  }) as Api;
