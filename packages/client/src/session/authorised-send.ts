import type { ChangePolicy } from "../api/contract.js";
import { type Call, requestInit } from "../api/create-api.js";
import { isProofRefused, readProblem, sessionEndOf, withoutResponse } from "../api/problem.js";
import { LOCAL_TIMEOUT_MS } from "./durations.js";
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
 *
 * A proof has a time limit, since its caller holds the lock of all tabs and the key's storage may hang. A sign-out goes
 * without one: beside a valid token it needs none. So does a refresh in a browser that can't keep a key: its session may be
 * unbound.
 *
 * @param allowUnbound whether a session may also begin in a browser that can't keep a key
 */
export function createAuthorisedSend(
  ports: Ports,
  clock: ServerClock,
  store: SessionStore,
  refresher: Refresher,
  allowUnbound: boolean | undefined,
): AuthorisedSend {
  let nonce: string | undefined;
  return async (call, signal = null) => {
    const { method, path, auth } = call;
    const isBearer = auth === "bearer";
    if (isBearer)
      await refresher.refresh(() => !store.signedOut && clock.latest() >= (store.live?.tokenUntil ?? 0));
    for (let isRetry = false; ; isRetry = true) {
      const sessionAtSend = store.live;
      const init = requestInit(call);
      if (sessionAtSend && auth !== "none") init.headers["Authorization"] = `Bearer ${sessionAtSend.token}`;
      const proof =
        auth === "proof" &&
        (await new Promise<string | null>((resolve, reject) => {
          const fail = (): void =>
            /logout$/.test(path) ? resolve(null) : reject(withoutResponse("proof_unavailable"));
          ports.after(LOCAL_TIMEOUT_MS, fail);
          ports.proof(method, path, clock.latest(), nonce).then((signed) => {
            if (signed || allowUnbound || /refresh$/.test(path)) resolve(signed);
            else fail();
          }, fail);
        }));
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
      // Another tab may have refreshed meanwhile.
      await refresher.refresh(() => store.live?.token === sessionAtSend.token);
      const { live } = store;
      if (live?.user.id !== sessionAtSend.user.id || live.token === sessionAtSend.token) return response;
    }
  };
}
