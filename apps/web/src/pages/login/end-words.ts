/** A sentence about the end of a session, `when` being ' at 14:32' or nothing. */
type Sentence = (when: string) => string;

const EXPIRED: Readonly<Record<string, Sentence>> = {
  idle: (when) => `You were signed out${when} because you had been inactive.`,
  absolute: (when) => `Your session reached its maximum length${when}. Sign in again to carry on.`,
};

const REVOKED: Readonly<Record<string, Sentence>> = {
  signed_out: (when) => `You signed out${when}.`,
  revoked_by_owner: (when) => `An owner of your account signed you out${when}.`,
  revoked_by_user: (when) => `You ended this session${when} from another device.`,
  token_reused: (when) =>
    `Your session was ended${when} because its token was used twice: somebody may have copied it. If you find activity that is not yours, change your password.`,
  password_changed: (when) =>
    `Your password was changed${when}, which signed you out everywhere. Sign in with the new one.`,
  user_disabled: (when) => `An owner disabled your access${when}.`,
  session_limit: (when) =>
    `You signed in on so many devices${when} that the session unused for longest, this one, was ended.`,
};

const EXPIRED_SOMEHOW: Sentence = (when) => `Your session expired${when}. Sign in again to carry on.`;
const REVOKED_SOMEHOW: Sentence = (when) =>
  `Your session was ended${when}, by an owner of your account or by you.`;

/**
 * What the sign-in page says about the session that was there; null where there is nothing to say.
 *
 * @param reason the `reason` of the address
 * @param cause the `cause` of the address: one of the contract's reasons
 * @param when how one says when it ended: 'at 14:32'
 * @example endWords("session_expired", "idle", "at 14:32")
 */
export function endWords(reason: string | null, cause: string | null, when: string | null): string | null {
  const at = when === null ? "" : ` ${when}`;
  if (reason === "session_expired") return pick(EXPIRED, cause, EXPIRED_SOMEHOW)(at);
  if (reason === "session_revoked") return pick(REVOKED, cause, REVOKED_SOMEHOW)(at);
  return null;
}

const pick = (
  sentences: Readonly<Record<string, Sentence>>,
  cause: string | null,
  somehow: Sentence,
): Sentence => (cause !== null && Object.hasOwn(sentences, cause) ? sentences[cause] : undefined) ?? somehow;
