import type { Api } from "./operations.js";
import { CurfewProblem } from "./problem.js";
import { readProblem, unreachable } from "./read-problem.js";
import type { Call, Send } from "./send.js";

/** What any call may be given. */
interface Options {
  id?: string;
  query?: object;
  body?: object;
  etag?: string;
  accept?: string;
}

/** What gets a session, renews or ends one takes a proof; an invitation is read without any session. */
const authOf = (name: string): Call["auth"] => {
  if (/config|h\/invitation/.test(name)) return "none";
  return /POST \/api\/auth|password/.test(name) ? "proof" : "bearer";
};

/**
 * Makes the calls of the contract on whatever carries them.
 *
 * @example
 * const api = createApi(createFetchSend({ baseUrl: "https://app.example" }));
 * const { registration } = await api("GET /api/config");
 */
export const createApi = (send: Send): Api =>
  (async (name: string, { id = "", query = {}, body, etag, accept }: Options = {}): Promise<unknown> => {
    const [method, path] = name.replace("{id}", encodeURIComponent(id)).split(" ");
    // What is undefined is left out.
    const search = String(new URLSearchParams(JSON.parse(JSON.stringify(query))));
    const headers = { ...(etag && { "If-Match": etag }), ...(accept && { Accept: accept }) };
    try {
      const response = await send({
        method: method as Call["method"],
        path: `${path}${search && `?${search}`}`,
        body,
        headers,
        auth: authOf(name),
      });
      if (!response.ok) throw await readProblem(response);
      if (accept) return await response.blob();
      if (response.status === 204) return;
      const version = response.headers.get("ETag");
      const answer = await response.json();
      return version ? { ...answer, etag: version } : answer;
    } catch (error) {
      throw error instanceof CurfewProblem ? error : await unreachable();
    }
  }) as Api;
