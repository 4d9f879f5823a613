import { CurfewError, type Grant, isCurfewError, networkOf, type StartSession } from "@curfew/core";
import type { Call, Http } from "@curfew/http";

/** What a request that begins a session says about its client. */
export type SessionClient = Pick<StartSession, "device" | "keyThumbprint" | "replaces">;

/**
 * Reads the client's device, the key that it proves (RFC 9449) and the browser's previous session. Call it before anything
 * is done for the user. Throws `invalid_proof`, `use_dpop_nonce`.
 */
export async function readSessionClient(http: Http, c: Call): Promise<SessionClient> {
  const proof = await http.readProof(c);
  if (proof !== null && "fault" in proof) throw new CurfewError(proof.fault, {});
  const refreshToken = http.refreshCookie(c);
  return {
    device: http.device(c),
    keyThumbprint: proof?.thumbprint ?? null,
    ...(refreshToken === null ? {} : { replaces: { refreshToken, proof } }),
  };
}

/** A grant, and the name of its account for the answer: a read after the commit could fail, and hide what was done. */
export interface NamedGrant {
  readonly grant: Grant;
  readonly accountName: string;
}

const MAX_ATTEMPTS = 3;

/** The network whose limits and turns a request counts for. */
export const networkOfClient = (client: Pick<SessionClient, "device">): string =>
  networkOf(client.device?.ip ?? "");

/**
 * Begins a session, and retries if the user changed while the password was being checked (`sign_in_superseded`).
 * Throws `unavailable` after three attempts.
 */
export async function retryIfSuperseded<T>(beginSession: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      return await beginSession();
    } catch (error) {
      if (!isCurfewError(error, "sign_in_superseded")) throw error;
    }
  }
  throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
}
