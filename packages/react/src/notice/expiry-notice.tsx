import { RunningBar } from "../deadlines/running-bar.js";
import { InfoIcon, WarningIcon } from "../icons/icons.js";
import { useCurfew, useTexts } from "../provider/context.js";
import { useAction } from "../resource/use-action.js";
import { inUnits } from "../time/in-units.js";
import { useReturnedFocus } from "./use-returned-focus.js";
import type { ShownWarning } from "./use-shown-warning.js";

const hereNow = (): string => `${location.pathname}${location.search}${location.hash}`;

/** The notice as it is seen. What is done in it is no activity elsewhere on the page, so that dismissing extends nothing. */
export function ExpiryNotice({
  shown,
  signInHref,
}: {
  shown: ShownWarning;
  signInHref: (returnTo: string) => string;
}) {
  const session = useCurfew();
  const { locale, notice: texts, loading } = useTexts();
  const stay = useAction(() => session.staySignedIn());
  const returnedFocus = useReturnedFocus();
  const isIdle = shown.reason === "idle";
  const left = inUnits(locale, shown.left.value, shown.left.unit);
  return (
    <section
      {...returnedFocus}
      aria-label={texts.name}
      className="curfew-root curfew-notice"
      data-tone={isIdle ? "warning" : "info"}
      data-curfew-ignore-activity
    >
      <div className="curfew-notice-line">
        {isIdle ? <WarningIcon /> : <InfoIcon />}
        <p>
          {shown.isPassed ? texts.passed : texts.message[shown.reason](left)}{" "}
          <span aria-hidden="true">·</span> <span className="curfew-notice-at">{texts.at(shown.at)}</span>
        </p>
        <div className="curfew-notice-actions">
          {isIdle ? (
            <button
              type="button"
              className="curfew-button"
              aria-disabled={stay.busy}
              aria-busy={stay.busy}
              onClick={() => void stay.run()}
            >
              {stay.busy ? texts.staying : texts.stay}
            </button>
          ) : (
            <a className="curfew-button" href={signInHref(hereNow())}>
              {texts.signIn}
            </a>
          )}
          <button
            type="button"
            className="curfew-button"
            data-kind="plain"
            onClick={() => session.dismissWarning()}
          >
            {texts.dismiss}
          </button>
        </div>
      </div>
      {stay.problem !== null && (
        <p className="curfew-notice-failure curfew-fault" role="alert">
          {texts.stayFailed(loading.problem(stay.problem.code))}
        </p>
      )}
      <RunningBar session={shown.session} />
    </section>
  );
}
