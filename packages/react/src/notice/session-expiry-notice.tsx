import type { MouseEvent } from "react";
import { Button } from "../controls/button.js";
import { useFocusReturn } from "../controls/focus.js";
import { InfoIcon, WarningIcon } from "../controls/icons.js";
import { SessionDeadlines } from "../deadlines/session-deadlines.js";
import { ReauthenticationContext } from "../reauthentication/reauthentication-requests.js";
import { useAction } from "../server-state/use-action.js";
import { useCurfew, useProvided, useTexts } from "../session/context.js";
import { formatUnit } from "../time/format.js";
import { type ExpiryWarning, useExpiryWarning } from "./use-expiry-warning.js";
import { useModalAnnouncement } from "./use-modal-announcement.js";
import { useSteadyPage } from "./use-steady-page.js";
import { useTitlePrefix } from "./use-title-prefix.js";

const signInPage = (returnTo: string): string => `/login?return_to=${encodeURIComponent(returnTo)}`;

/**
 * Warns from 5 minutes before the session's nearer deadline, also in the tab's title. Render it once, at the top of the
 * app. Before the idle deadline it offers to stay signed in, before the absolute one to sign in again: in place, where the page
 * has a `ReauthenticationDialog`, and by a link in another tab or on another page.
 *
 * @param signInHref URL of the sign-in page for a path to return to; default: `/login?return_to=…`
 * @example <SessionExpiryNotice signInHref={(returnTo) => `/sign-in?next=${encodeURIComponent(returnTo)}`} />
 */
export function SessionExpiryNotice({
  signInHref = signInPage,
}: {
  signInHref?: (returnTo: string) => string;
}) {
  const { locale } = useTexts();
  const warning = useExpiryWarning();
  useTitlePrefix(warning && formatUnit(locale, warning.left.value, warning.left.unit, "short"));
  return (
    <>
      <LiveRegions warning={warning} />
      {warning !== null && <VisibleNotice warning={warning} signInHref={signInHref} />}
    </>
  );
}

/**
 * The live regions are always on the page, because content that is inserted together with its region is not announced
 * reliably. They contain nothing that ticks, so each announces once per deadline.
 */
function LiveRegions({ warning }: { warning: ExpiryWarning | null }) {
  const { notice: texts } = useTexts();
  return (
    <>
      <LiveRegion role="status" text={warning && texts.announcement[warning.reason](warning.at)} />
      <LiveRegion role="alert" text={warning?.isLastMinute ? texts.lastMinute[warning.reason] : null} />
    </>
  );
}

function LiveRegion({ role, text }: { role: "status" | "alert"; text: string | null }) {
  useModalAnnouncement(role, text);
  return (
    <div className="curfew-hidden" role={role}>
      {text}
    </div>
  );
}

/** Input inside the notice does not count as activity, so that dismissing it does not extend the session. */
function VisibleNotice({
  warning,
  signInHref,
}: {
  warning: ExpiryWarning;
  signInHref: (returnTo: string) => string;
}) {
  const session = useCurfew();
  const { locale, notice: texts, loading } = useTexts();
  const stay = useAction(() => session.staySignedIn());
  const requests = useProvided(ReauthenticationContext);
  const focusReturn = useFocusReturn();
  useSteadyPage(focusReturn.ref);
  const isIdle = warning.reason === "idle";
  const left = formatUnit(locale, warning.left.value, warning.left.unit);
  return (
    <section
      {...focusReturn}
      aria-label={texts.name}
      className="curfew-root curfew-notice"
      data-tone={isIdle ? "warning" : "info"}
      data-curfew-ignore-activity
    >
      <div className="curfew-notice-line">
        {isIdle ? <WarningIcon /> : <InfoIcon />}
        <p>
          {/* In an element of its own: translators replace text nodes, and React would change the one that was replaced. */}
          <span>{warning.isPassed ? texts.passed : texts.message[warning.reason](left)}</span>
          {" · "}
          <span className="curfew-notice-at">{texts.at(warning.at)}</span>
        </p>
        <div className="curfew-notice-actions">
          {isIdle ? (
            <Button action={stay} busyLabel={texts.staying}>
              {texts.stay}
            </Button>
          ) : (
            <a
              className="curfew-button"
              href={signInHref(`${location.pathname}${location.search}${location.hash}`)}
              onClick={(event) => {
                if (!opensElsewhere(event) && requests.request("renew")) event.preventDefault();
              }}
            >
              {texts.signIn}
            </a>
          )}
          <Button kind="plain" onClick={() => session.dismissWarning()}>
            {texts.dismiss}
          </Button>
        </div>
      </div>
      {stay.problem !== null && (
        <p className="curfew-notice-failure curfew-fault" role="alert">
          {texts.stayFailed(loading.problem(stay.problem.code))}
        </p>
      )}
      <SessionDeadlines size="bar" session={warning.session} />
    </section>
  );
}

/** Whether a click on a link opens another tab or window, or saves the page. */
const opensElsewhere = ({ ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean =>
  ctrlKey || metaKey || shiftKey || altKey;
