import { CurfewError } from "@curfew/core";
import type { Call } from "../call.js";
import { checkOrigin } from "../headers/origins.js";
import type { Http } from "../http.js";
import { isSafe } from "../route/authenticate.js";
import type { Answer } from "../route/define.js";
import type { Transport } from "../wire/transport.js";
import type { SignIn } from "./types.js";

/**
 * Begins a session for a person whom the host has signed in, and answers as the service's own sign-in. The client's key is bound,
 * and the session of the browser's old cookie ends.
 * Throws `cross_origin`, `invalid_proof`, `use_dpop_nonce`, and as `Sessions.start`.
 */
export async function signIn(http: Http, c: Call, session: SignIn, transport: Transport): Promise<Answer> {
  // An identity provider sends the browser back with a GET, from its own site.
  if (!isSafe(c)) checkOrigin(c, http.trusted);
  const proof = await http.readProof(c);
  if (proof !== null && "fault" in proof) throw new CurfewError(proof.fault, {});
  const refreshToken = http.refreshCookie(c);
  const accountName = await http.accountName(session.accountId);
  const grant = await http.curfew.sessions.start({
    ...session,
    device: { ...http.device(c), ...session.device },
    keyThumbprint: proof?.thumbprint ?? null,
    ...(refreshToken === null ? {} : { replaces: { refreshToken, proof } }),
  });
  return http.answerGrant(grant, transport, 200, accountName);
}
