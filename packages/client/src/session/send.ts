import type { ChangePolicy } from "../api/contract.js";
import { readProblem } from "../api/read-problem.js";
import { type Call, requestInit } from "../api/send.js";
import type { Ports } from "./ports.js";
import type { Renewal } from "./renewal.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionBook } from "./session-book.js";
import { endOf, isProofRefused, isTokenRefused } from "./verdict.js";

/** Carries a call with what it takes; `signal` gives it up. */
export type AuthorisedSend = (call: Call, signal?: AbortSignal | null) => Promise<Response>;

/**
 * Sends calls with the session's token, and with a proof of this browser's key where they take one (RFC 9449). A proof that
 * is refused is made anew once, with the nonce that the server asks for where it does. A token is renewed before where it is
 * too old, and after where it is refused; then the call is repeated once, unless somebody else has signed in meanwhile.
 */
export function createSend(
  ports: Ports,
  clock: ServerClock,
  book: SessionBook,
  renewal: Renewal,
): AuthorisedSend {
  let nonce: string | undefined;
  return async (call, signal = null) => {
    const { method, path, auth } = call;
    const isBearer = auth === "bearer";
    if (isBearer) await renewal.freshToken();
    for (let isRepeated = false; ; isRepeated = true) {
      const sent = book.live;
      const init = requestInit(call);
      if (sent && auth !== "none") init.headers["Authorization"] = `Bearer ${sent.token}`;
      const proof = auth === "proof" && (await ports.proof(method, path, clock.latest(), nonce));
      if (proof) init.headers["DPoP"] = proof;
      const response = await ports.fetch(path, { ...init, signal });
      // Tokens from before a policy that is applied now are refused.
      if (sent && (call.body as ChangePolicy | undefined)?.apply === "now") sent.tokenUntil = 0;
      nonce = response.headers.get("DPoP-Nonce") ?? nonce;
      if (response.status !== 401) return response;
      const problem = await readProblem(response);
      const end = endOf(problem);
      if (sent && end) book.ended(sent.session.id, end);
      if (isRepeated) return response;
      if (proof && isProofRefused(problem)) continue;
      if (!isBearer || !sent) return response;
      if (isTokenRefused(problem)) await renewal.otherToken(sent.token);
      const { live } = book;
      if (!live || live.token === sent.token || live.user.id !== sent.user.id) return response;
    }
  };
}
