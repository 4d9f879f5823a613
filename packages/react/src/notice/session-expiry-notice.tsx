import { useTexts } from "../provider/context.js";
import { inUnits } from "../time/in-units.js";
import { Announcements } from "./announcements.js";
import { ExpiryNotice } from "./expiry-notice.js";
import { useShownWarning } from "./use-shown-warning.js";
import { useTitlePrefix } from "./use-title-prefix.js";

const signInPage = (returnTo: string): string => `/login?return_to=${encodeURIComponent(returnTo)}`;

/**
 * Warns from 5 minutes before the nearer deadline of the session, also in the tab's title; belongs once at the top of
 * an app. Before the idle deadline it offers to stay signed in, before the absolute one a link to sign in again.
 *
 * @param signInHref where to sign in, given the path to come back to; `/login?return_to=…` unless told
 * @example <SessionExpiryNotice signInHref={(returnTo) => `/sign-in?next=${encodeURIComponent(returnTo)}`} />
 */
export function SessionExpiryNotice({
  signInHref = signInPage,
}: {
  signInHref?: (returnTo: string) => string;
}) {
  const { locale } = useTexts();
  const shown = useShownWarning();
  useTitlePrefix(shown && inUnits(locale, shown.left.value, shown.left.unit, "short"));
  return (
    <>
      <Announcements shown={shown} />
      {shown !== null && <ExpiryNotice shown={shown} signInHref={signInHref} />}
    </>
  );
}
