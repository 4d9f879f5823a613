import type { ChangePolicy } from "../api/contract.js";
import { type Call, requestInit } from "../api/create-api.js";
import { isProofRefused, readProblem, sessionEndOf, withoutResponse } from "../api/problem.js";
import type { Ports } from "./ports.js";
import type { Proofs } from "./proofs.js";
import type { Refresher } from "./refresher.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionStore } from "./session-store.js";

/** Sends a call with its credentials; `signal` aborts it. */
export type AuthorisedSend = (call: Call, signal?: AbortSignal | null) => Promise<Response>;

/**
 * Adds the access token, and a DPoP proof (RFC 9449) where the call takes one. A refused or missing proof is signed again
 * once, with the server's nonce if it sent one; if this browser then provides none, that is its own trouble, not the
 * session's. An expired token is refreshed before the call. A refused token is refreshed and the call repeated once, unless
 * another user has signed in meanwhile.
 */
export function createAuthorisedSend(
  ports: Ports,
  clock: ServerClock,
  store: SessionStore,
  refresher: Refresher,
  proofs: Proofs,
): AuthorisedSend {
  return async (call, signal = null) => {
    const { path, auth } = call;
    const isBearer = auth === "bearer";
    if (isBearer)
      await refresher.refresh(() => !store.signedOut && clock.latest() >= (store.live?.tokenUntil ?? 0));
    for (let isRetry = false; ; isRetry = true) {
      const sessionAtSend = store.live;
      const init = requestInit(call);
      if (sessionAtSend && auth !== "none") init.headers["Authorization"] = `Bearer ${sessionAtSend.token}`;
      const proof = auth === "proof" && (await proofs.take(path));
      if (proof) init.headers["DPoP"] = proof;
      const response = await ports.fetch(path, { ...init, signal });
      // A policy that is applied now invalidates the older access tokens.
      if (sessionAtSend && (call.body as ChangePolicy | undefined)?.apply === "now")
        sessionAtSend.tokenUntil = 0;
      proofs.nonce = response.headers.get("DPoP-Nonce") ?? proofs.nonce;
      if (response.status !== 401) return response;
      const problem = await readProblem(response);
      const sessionEnd = sessionEndOf(problem);
      if (sessionAtSend && sessionEnd) store.end(sessionAtSend.session.id, sessionEnd);
      if (isProofRefused(problem)) {
        if (!isRetry) continue;
        if (proof === null) throw withoutResponse("proof_unavailable");
      }
      if (isRetry) return response;
      if (!isBearer || !sessionAtSend) return response;
      // Another tab may have refreshed meanwhile.
      await refresher.refresh(() => store.live?.token === sessionAtSend.token);
      const { live } = store;
      if (live?.user.id !== sessionAtSend.user.id || live.token === sessionAtSend.token) return response;
    }
  };
}
