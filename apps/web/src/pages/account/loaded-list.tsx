import type { ReactNode, Ref } from "react";
import { problemMessage } from "../../text/problem-message.js";
import { t } from "../../text/translate.js";

/**
 * A bordered list.
 *
 * @param label its accessible name
 * @param isBusy whether other rows take the place of these
 * @param ref if given, the list can be focused, for example after a focused row was removed
 */
export const Rows = ({
  label,
  isBusy = false,
  ref,
  children,
}: {
  label: string;
  isBusy?: boolean;
  ref?: Ref<HTMLUListElement>;
  children: ReactNode;
}) => (
  <ul
    ref={ref}
    tabIndex={ref === undefined ? undefined : -1}
    aria-label={label}
    aria-busy={isBusy}
    className="divide-line border-line divide-y rounded border empty:border-0 aria-busy:opacity-60"
  >
    {children}
  </ul>
);

const SKELETON_ROWS = ["first", "second", "third"] as const;

/** The outline of a list that is loading. */
export const RowsSkeleton = () => (
  <div aria-busy="true" className="divide-line border-line divide-y rounded border">
    <span className="sr-only">{t("Loading…")}</span>
    {SKELETON_ROWS.map((row) => (
      <div key={row} className="grid gap-2 p-4">
        <div className="skeleton h-5 w-1/2" />
        <div className="skeleton h-4 w-3/4" />
      </div>
    ))}
  </div>
);

/** @param busy whether another try is running */
export const LoadFailure = ({
  problem,
  busy,
  onRetry,
}: {
  problem: Error;
  busy: boolean;
  onRetry: () => void;
}) => (
  <div className="curfew-note" data-tone="danger" role="alert">
    <p>{t("This could not be loaded. {why}", { why: problemMessage(problem) })}</p>
    <button
      type="button"
      className="curfew-button"
      aria-busy={busy}
      aria-disabled={busy}
      onClick={busy ? undefined : onRetry}
    >
      {busy ? t("Trying again…") : t("Try again")}
    </button>
  </div>
);

/** The members of a query result that decide which problem to show. */
export interface QueryProblem {
  readonly data: unknown;
  /** Why the query failed, after all retries. */
  readonly error: Error | null;
  /** Why the last try failed, while it is being retried. */
  readonly failureReason: Error | null;
}

/** The problem to show: before the first data, of the last try; with data, only after all retries have failed. */
export const shownProblem = ({ data, error, failureReason }: QueryProblem): Error | null =>
  error ?? (data === undefined ? failureReason : null);
