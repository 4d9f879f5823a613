import type { Auth, Send } from "../api/create-api.js";
import {
  isProofRefused,
  isTokenRefused,
  readProblem,
  sessionEndOf,
  withoutResponse,
} from "../api/problem.js";
import type { Ports } from "./ports.js";
import type { Proofs } from "./proofs.js";
import type { Refresher } from "./refresher.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionStore } from "./session-store.js";

/** Sends requests with the session's credentials. */
export interface AuthorisedSend {
  /** A call of Curfew's. */
  send: Send;
  /** A request of the app's. */
  fetch: typeof fetch;
}

/**
 * Adds the access token, and a DPoP proof (RFC 9449) where the call takes one. A refused or missing proof is signed again
 * once, with the server's nonce if it sent one; if this browser then provides none, that is its own trouble, not the
 * session's. An expired token is refreshed before the call. A token that Curfew refuses is refreshed and the call repeated once,
 * unless another user has signed in meanwhile.
 *
 * @param isHost the host's cookie is the credential: nothing is refreshed or repeated, and nothing added but the account that a
 * call of Curfew's is meant for
 */
export function createAuthorisedSend(
  ports: Ports,
  clock: ServerClock,
  store: SessionStore,
  refresher: Refresher,
  proofs: Proofs,
  isHost: boolean | undefined,
): AuthorisedSend {
  const exchange = async (
    path: string,
    auth: Auth,
    init: RequestInit,
    transmit: (init: RequestInit) => Promise<Response>,
  ): Promise<Response> => {
    const takesToken = auth === "bearer" && !isHost;
    const takesProof = auth === "proof";
    if (takesToken)
      await refresher.refresh(() => !store.signedOut && clock.latest() >= (store.live?.tokenUntil ?? 0));
    for (let isRetry = false; ; isRetry = true) {
      const sessionAtSend = store.live;
      const headers = new Headers(init.headers);
      if (sessionAtSend?.token && auth !== "none")
        headers.set("Authorization", `Bearer ${sessionAtSend.token}`);
      // Another tab, or the host, may have moved the session to another account, which the call is not meant for.
      if (isHost && sessionAtSend && /s\/me\//.test(path))
        headers.set("Curfew-Account", encodeURIComponent(sessionAtSend.user.account.id));
      const proof = takesProof && (await proofs.take(path));
      if (proof) headers.set("DPoP", proof);
      const response = await transmit({ ...init, headers });
      // A policy that is applied now invalidates the older access tokens.
      if (sessionAtSend && /apply":"now/.test(init.body as string)) sessionAtSend.tokenUntil = 0;
      proofs.nonce = response.headers.get("DPoP-Nonce") ?? proofs.nonce;
      if (isHost && response.status === 412) {
        store.isStale = true;
        refresher.refresh(() => store.isStale).catch(() => {});
      }
      if (response.status !== 401) return response;
      const problem = await readProblem(response);
      const sessionEnd = sessionEndOf(problem);
      if (sessionAtSend && sessionEnd) store.end(sessionAtSend.session.id, sessionEnd);
      if (takesProof && isProofRefused(problem)) {
        if (!isRetry) continue;
        if (proof === null) throw withoutResponse("proof_unavailable");
      }
      if (isRetry || !takesToken || !sessionAtSend || !isTokenRefused(problem)) return response;
      // Another tab may have refreshed meanwhile.
      await refresher.refresh(() => store.live?.token === sessionAtSend.token);
      const { live } = store;
      // A stream can be read once.
      const isRepeatable = !(init.body as Partial<ReadableStream> | undefined)?.getReader;
      if (live?.user.id !== sessionAtSend.user.id || live.token === sessionAtSend.token || !isRepeatable)
        return response;
    }
  };
  return {
    send: (path, auth, init) => exchange(path, auth, init, (sent) => ports.fetch(path, sent)),
    async fetch(input, init) {
      const { url, headers, signal, clone } = input as Partial<Request>;
      if (!ports.isOwn(url ?? (input as URL))) return ports.request(input, init);
      const aborting = init?.signal ?? signal;
      aborting?.throwIfAborted();
      return new Promise((resolve, reject) => {
        const answered = new AbortController();
        // A renewal is not aborted, since it serves the other calls too; this one stops waiting for it.
        aborting?.addEventListener("abort", () => reject(aborting.reason), { signal: answered.signal });
        // The body of a `Request` can be read once.
        exchange("", "bearer", { headers, ...init } as RequestInit, (sent) =>
          ports.request((!isHost && clone?.call(input)) || input, sent),
        )
          .then(resolve, reject)
          .finally(() => answered.abort());
      });
    },
  };
}
