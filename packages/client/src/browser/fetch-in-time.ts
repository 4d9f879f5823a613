import { ANSWER_MS } from "../session/durations.js";

/**
 * Fetches with the cookies of the server at `url`, and gives up after ten seconds: rejects as `fetch` does. A stream
 * (`Accept: text/…`) may last.
 *
 * @example const response = await fetchInTime("https://app.example/api/config", { method: "GET" });
 */
export function fetchInTime(url: string, init: RequestInit): Promise<Response> {
  const { Accept = "" } = (init.headers ?? {}) as Partial<Record<string, string>>;
  const signal = Accept.startsWith("text/") ? (init.signal ?? null) : AbortSignal.timeout(ANSWER_MS);
  return fetch(url, { ...init, credentials: "include", signal });
}
