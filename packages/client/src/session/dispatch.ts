import { readProblem } from "../api/read-problem.js";
import { type Call, requestInit } from "../api/send.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";
import { isProofRefused } from "./verdict.js";

/** Sends one call with a token, and with a proof of this browser's key where the call takes one (RFC 9449). */
export type Dispatch = (call: Call, token?: string, signal?: AbortSignal) => Promise<Response>;

/** A proof that is refused is made anew once, with the nonce that the server asks for where it does. */
export function createDispatch(ports: Ports, clock: ServerClock): Dispatch {
  let nonce: string | undefined;
  return async (call, token, signal) => {
    for (let isRepeated = false; ; isRepeated = true) {
      const init = requestInit(call);
      if (token && call.auth !== "none") init.headers["Authorization"] = `Bearer ${token}`;
      const proof =
        call.auth === "proof" && (await ports.proof(call.method, call.path, clock.latest(), nonce));
      if (proof) init.headers["DPoP"] = proof;
      const response = await ports.fetch(call.path, { ...init, signal: signal ?? null });
      nonce = response.headers.get("DPoP-Nonce") ?? nonce;
      if (isRepeated || !proof || response.status !== 401) return response;
      if (!isProofRefused(await readProblem(response.clone()))) return response;
    }
  };
}
