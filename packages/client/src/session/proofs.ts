import { withoutResponse } from "../api/problem.js";
import { LOCAL_TIMEOUT_MS } from "./durations.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";

/** The DPoP proofs (RFC 9449) of the calls that start, refresh or end a session; all of these are `POST`s. */
export interface Proofs {
  /** The server's newest nonce. */
  nonce?: string | undefined;
  /** Signs the proof of the next call to `path` before its caller waits for the lock, which must not wait for storage. */
  prepare(path: string): Promise<unknown>;
  /** The prepared proof, else a new one; null or undefined if the call goes without. */
  take(path: string): Promise<string | null | undefined>;
}

/**
 * A storage that hangs or fails is asked twice; then the call rejects with `proof_unavailable`. Only a sign-out goes without a
 * proof, since beside a valid token it needs none, and in a browser that can't keep a key a refresh, since its session may be unbound.
 *
 * @param allowUnbound whether a session may also begin in a browser that can't keep a key
 */
export function createProofs(ports: Ports, clock: ServerClock, allowUnbound: boolean | undefined): Proofs {
  const prepared: Record<string, Promise<string | null | undefined>> = {};
  /** Undefined after a failure that may pass. */
  const ask = (path: string): Promise<string | null | undefined> =>
    new Promise((resolve) => {
      const fail = (): void => resolve(undefined);
      ports.after(LOCAL_TIMEOUT_MS, fail);
      ports.proof("POST", path, clock.latest(), proofs.nonce).then(resolve, fail);
    });
  const sign = async (path: string): Promise<string | null | undefined> => {
    const proof = (await ask(path)) || (await ask(path));
    const mayBeUnbound = proof === null && (allowUnbound || /refresh$/.test(path));
    if (proof || mayBeUnbound || /logout$/.test(path)) return proof;
    throw withoutResponse("proof_unavailable");
  };
  const proofs: Proofs = {
    prepare: (path) => (prepared[path] = sign(path)),
    take(path) {
      const { [path]: proof = sign(path) } = prepared;
      delete prepared[path];
      return proof;
    },
  };
  return proofs;
}
