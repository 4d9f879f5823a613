import type { User } from "@curfew/core";
import { emailKeyOf } from "../accounts/email-key.js";
import { networkOf } from "../network/address.js";
import type { People } from "../people.js";

/**
 * Records a failed sign-in in the trail of the user's account, those of one e-mail and network within a minute as one.
 * It begins once the answer is on its way: an e-mail that nobody has writes nothing, and must not be answered sooner.
 */
export function recordFailedSignIn(people: People, user: User, ip: string | null): void {
  setImmediate(() => {
    people.curfew.events
      .record(
        user.accountId,
        {
          type: "user.sign_in_failed",
          actorId: null,
          sessionId: null,
          ip,
          details: { email: user.email },
        },
        { foldKey: `${emailKeyOf(user.email)} ${networkOf(ip ?? "")}` },
      )
      .catch((error: unknown) => people.onTrailError?.(error));
  });
}
