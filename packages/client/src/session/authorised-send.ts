import type { ChangePolicy } from "../api/contract.js";
import { type Call, requestInit } from "../api/create-api.js";
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
  /** A call of Curfew's; `signal` aborts it. */
  send(call: Call, signal?: AbortSignal | null): Promise<Response>;
  /** A request of the app's. */
  fetch: typeof fetch;
}

/**
 * Adds the access token, and a DPoP proof (RFC 9449) where the call takes one. A refused or missing proof is signed again
 * once, with the server's nonce if it sent one; if this browser then provides none, that is its own trouble, not the
 * session's. An expired token is refreshed before the call. A token that Curfew refuses is refreshed and the call repeated once,
 * unless another user has signed in meanwhile.
 *
 * @param isHost the host's cookie is the credential: nothing is added, refreshed or repeated
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
    auth: Call["auth"],
    path: string,
    given: HeadersInit | undefined,
    transmit: (headers: Headers) => Promise<Response>,
    isRepeatable?: boolean,
  ): Promise<Response> => {
    const takesToken = auth === "bearer" && !isHost;
    const takesProof = auth === "proof";
    if (takesToken)
      await refresher.refresh(() => !store.signedOut && clock.latest() >= (store.live?.tokenUntil ?? 0));
    for (let isRetry = false; ; isRetry = true) {
      const sessionAtSend = store.live;
      const headers = new Headers(given);
      if (sessionAtSend?.token && auth !== "none")
        headers.set("Authorization", `Bearer ${sessionAtSend.token}`);
      const proof = takesProof && (await proofs.take(path));
      if (proof) headers.set("DPoP", proof);
      const response = await transmit(headers);
      proofs.nonce = response.headers.get("DPoP-Nonce") ?? proofs.nonce;
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
      if (live?.user.id !== sessionAtSend.user.id || live.token === sessionAtSend.token || !isRepeatable)
        return response;
    }
  };
  return {
    async send(call, signal = null) {
      const { path, auth, body } = call;
      const init = requestInit(call);
      const response = await exchange(
        auth,
        path,
        init.headers,
        (headers) => ports.fetch(path, { ...init, headers, signal }),
        true,
      );
      // A policy that is applied now invalidates the older access tokens.
      if (store.live && (body as ChangePolicy | undefined)?.apply === "now") store.live.tokenUntil = 0;
      return response;
    },
    async fetch(input, init) {
      const { url, headers, signal, clone } = input as Partial<Request>;
      if (!ports.isOwn(url ?? (input as URL))) return ports.request(input, init);
      const aborting = init?.signal ?? signal;
      aborting?.throwIfAborted();
      // A renewal is not aborted, since it serves the other calls too; this one stops waiting for it.
      const aborted = new Promise<never>((_, reject) =>
        aborting?.addEventListener("abort", () => reject(aborting.reason)),
      );
      const answered = exchange(
        "bearer",
        "",
        init?.headers ?? headers,
        // The body of a `Request` can be read once.
        (sent) => ports.request((!isHost && clone?.call(input)) || input, { ...init, headers: sent }),
        // So can a stream.
        !(init?.body as Partial<ReadableStream> | undefined)?.getReader,
      );
      return Promise.race([answered, aborted]);
    },
  };
}
