import { useCurfew, useSession } from "@curfew/react";
import { Info } from "lucide-react";
import { useLocation, useSearchParams } from "react-router";
import { readSignInState } from "../../app/sign-in-navigation.js";
import { formatTime } from "../../text/format.js";
import { type English, t } from "../../text/translate.js";

/** Explains why and when the previous session ended, or that this browser has lost it. */
export function SessionEndBanner() {
  const session = useCurfew();
  const state = useSession();
  const [query] = useSearchParams();
  const { ended_at, lost } = readSignInState(useLocation().state);
  const endedAt = Date.parse(ended_at ?? "");
  const time = Number.isNaN(endedAt) ? null : formatTime(endedAt, session.now());
  const isLost = lost || (state.status === "signed_out" && state.lost === true);
  const text =
    sessionEndText(query.get("reason"), query.get("cause"), time) ??
    // A browser that refuses cookies is told so by the form.
    (isLost && navigator.cookieEnabled ? lostText() : null);
  if (text === null) return null;
  return (
    <p role="status" className="curfew-note" data-tone="info">
      <Info className="curfew-icon" aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}

const lostText = () =>
  t(
    "You are signed out because this browser has not kept your sign-in: its cookie was refused or deleted, or the server no longer knows it. If this happens again, allow cookies for this site.",
  );

/** Texts about the end of a session; `{when}` is ' at 14:32' or empty. */
const EXPIRED: Readonly<Record<string, English>> = {
  idle: "You were signed out{when} because you had been inactive.",
  absolute: "Your session reached its maximum length{when}. Sign in again to carry on.",
};

const REVOKED: Readonly<Record<string, English>> = {
  signed_out: "You signed out{when}.",
  revoked_by_owner: "An owner of your account signed you out{when}.",
  revoked_by_user: "You ended this session{when} from another device.",
  token_reused:
    "Your session was ended{when} because its token was used twice: somebody may have copied it. If you find activity that is not yours, change your password.",
  password_changed:
    "Your password was changed{when}, which signed you out everywhere. Sign in with the new one.",
  user_disabled: "An owner disabled your access{when}.",
  user_deleted: "Your access was deleted{when}.",
  account_deleted: "The account was deleted{when}.",
  session_limit:
    "You signed in on so many devices{when} that the session unused for longest, this one, was ended.",
};

const EXPIRED_FOR_UNKNOWN_CAUSE: English = "Your session expired{when}. Sign in again to carry on.";
const REVOKED_FOR_UNKNOWN_CAUSE: English =
  "Your session was ended{when}, by an owner of your account or by you.";

/**
 * The banner's text; null for any other reason.
 *
 * @param reason the `reason` in the address
 * @param cause the `cause` in the address: an `EndReason`
 * @param time when the session ended, such as 'at 14:32'; null if unknown
 * @example sessionEndText("session_expired", "idle", "at 14:32")
 */
export function sessionEndText(
  reason: string | null,
  cause: string | null,
  time: string | null,
): string | null {
  const when = time === null ? "" : ` ${time}`;
  if (reason === "session_expired") return t(sentenceOf(EXPIRED, cause, EXPIRED_FOR_UNKNOWN_CAUSE), { when });
  if (reason === "session_revoked") return t(sentenceOf(REVOKED, cause, REVOKED_FOR_UNKNOWN_CAUSE), { when });
  return null;
}

const sentenceOf = (
  sentences: Readonly<Record<string, English>>,
  cause: string | null,
  fallback: English,
): English => (cause !== null && Object.hasOwn(sentences, cause) ? sentences[cause] : undefined) ?? fallback;
