import type { ChangePolicy } from "../api/contract.js";
import { type Call, requestInit } from "../api/create-api.js";
import { isProofRefused, isTokenRefused, readProblem, sessionEndOf } from "../api/problem.js";
import type { Ports } from "./ports.js";
import type { Refresher } from "./refresher.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionStore } from "./session-store.js";

/** Sends a call with its credentials; `signal` aborts it. */
export type AuthorisedSend = (call: Call, signal?: AbortSignal | null) => Promise<Response>;

/**
 * Adds the access token, and a DPoP proof (RFC 9449) where the call takes one. A refused proof is signed again once, with
 * the server's nonce if it sent one. An expired token is refreshed before the call. A refused token is refreshed and the
 * call repeated once, unless another user has signed in meanwhile.
 */
export function createAuthorisedSend(
  ports: Ports,
  clock: ServerClock,
  store: SessionStore,
  refresher: Refresher,
): AuthorisedSend {
  let nonce: string | undefined;
  return async (call, signal = null) => {
    const { method, path, auth } = call;
    const isBearer = auth === "bearer";
    if (isBearer) await refresher.ensureToken();
    for (let isRetry = false; ; isRetry = true) {
      const sessionAtSend = store.live;
      const init = requestInit(call);
      if (sessionAtSend && auth !== "none") init.headers["Authorization"] = `Bearer ${sessionAtSend.token}`;
      const proof = auth === "proof" && (await ports.proof(method, path, clock.latest(), nonce));
      if (proof) init.headers["DPoP"] = proof;
      const response = await ports.fetch(path, { ...init, signal });
      // A policy that is applied now invalidates the older access tokens.
      if (sessionAtSend && (call.body as ChangePolicy | undefined)?.apply === "now")
        sessionAtSend.tokenUntil = 0;
      nonce = response.headers.get("DPoP-Nonce") ?? nonce;
      if (response.status !== 401) return response;
      const problem = await readProblem(response);
      const sessionEnd = sessionEndOf(problem);
      if (sessionAtSend && sessionEnd) store.end(sessionAtSend.session.id, sessionEnd);
      if (isRetry) return response;
      if (proof && isProofRefused(problem)) continue;
      if (!isBearer || !sessionAtSend) return response;
      if (isTokenRefused(problem)) await refresher.replaceToken(sessionAtSend.token);
      const { live } = store;
      if (!live || live.token === sessionAtSend.token || live.user.id !== sessionAtSend.user.id)
        return response;
    }
  };
}
