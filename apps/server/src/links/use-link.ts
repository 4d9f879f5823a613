import { type Fault, HttpProblem } from "@curfew/http";
import { weakPasswordFaults } from "../passwords/common-passwords.js";
import type { ServiceContext } from "../service-context.js";
import { networkOfClient, type SessionClient } from "../sign-in/begin-session.js";
import { countWrongLink } from "../sign-in/limits/count-wrong-link.js";

/** The use of a link with which a person chooses a password: an invitation, or a link to a new password. */
export interface LinkUse {
  readonly token: string;
  readonly password: string;
  readonly client: SessionClient;
}

/** The fault of a token that opens no link. */
export const tokenFault = (message: string): Fault => ({ field: "token", code: "invalid_value", message });

/**
 * Refuses a token that opens no link, which counts, and a weak password, both at once.
 * Throws `validation_failed`, `rate_limited`, `unavailable`.
 *
 * @param found what the token opens; null for nothing
 */
export async function requireLink<Found>(
  context: ServiceContext,
  { password, client }: LinkUse,
  found: Found | null,
  fault: Fault,
): Promise<Found> {
  const weak = await weakPasswordFaults(context.passwords, "password", password);
  if (found === null) {
    await countWrongLink(context, networkOfClient(client));
    throw new HttpProblem("validation_failed", { errors: [fault, ...weak] });
  }
  if (weak.length > 0) throw new HttpProblem("validation_failed", { errors: weak });
  return found;
}
