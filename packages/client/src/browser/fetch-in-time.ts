import { after } from "./after.js";

/** How long an answer may take, its body included; of a stream (`Accept: text/…`) only until it begins. */
export const ANSWER_MS = 10_000;

/**
 * Fetches with the cookies of the server at `url`, and gives up after ten seconds: rejects as `fetch` does.
 *
 * @example const response = await fetchInTime("https://app.example/api/config", { method: "GET" });
 */
export async function fetchInTime(url: string, init: RequestInit): Promise<Response> {
  const late = new AbortController();
  const timer = after(ANSWER_MS, () => late.abort());
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
  const response = await fetch(url, { ...init, credentials: "include", signal });
  if ((init.headers as Partial<Record<string, string>> | undefined)?.["Accept"]?.startsWith("text/"))
    timer.cancel();
  return response;
}
