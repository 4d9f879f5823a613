import { CurfewError, type StartSession } from "@curfew/core";
import type { Http } from "@curfew/http";
import type { Context } from "hono";

/** What every call that begins a session says of its client. */
export type Client = Pick<StartSession, "device" | "keyThumbprint" | "replaces">;

/**
 * Reads where a call comes from, the key that it proves (RFC 9449) and the browser's old session, before anything is
 * done about the person. Throws `invalid_proof`, `use_dpop_nonce`.
 */
export async function readClient(http: Http, c: Context): Promise<Client> {
  const proof = await http.readProof(c);
  if (proof !== null && "fault" in proof) throw new CurfewError(proof.fault, {});
  const refreshToken = http.refreshCookie(c);
  return {
    device: http.device(c),
    keyThumbprint: proof?.thumbprint ?? null,
    ...(refreshToken === null ? {} : { replaces: { refreshToken, proof } }),
  };
}
