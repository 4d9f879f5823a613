import { requestInit, type Send } from "./send.js";

/** What calls that are not a browser's page go with. */
export interface FetchSendOptions {
  /** The server's origin. */
  baseUrl: string;
  /** The access token for the calls that need one, asked for anew at each. */
  accessToken?: () => string | undefined;
  /** What sends; the platform's own unless told. */
  fetch?: typeof fetch;
}

/**
 * Sends calls as they are, with no session kept: for Node and other clients, which carry their tokens in bodies.
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
