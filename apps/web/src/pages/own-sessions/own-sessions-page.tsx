import { LoadFailure } from "../account/load-failure.js";
import { RowsSkeleton } from "../account/rows-skeleton.js";
import { SettingsPage } from "../account/settings-page.js";
import { shownProblem } from "../account/shown-problem.js";
import { OwnSessionList } from "./own-session-list.js";
import { SignOutOthers } from "./sign-out-others.js";
import { thisDeviceFirst } from "./this-device-first.js";
import { useOwnSessions } from "./use-own-sessions.js";

/** `/account/sessions`: where the person is signed in, this device first, and the ways to end that. */
export function OwnSessionsPage() {
  const sessions = useOwnSessions();
  const problem = shownProblem(sessions);
  const items = sessions.data && thisDeviceFirst(sessions.data.pages.flatMap((page) => page.items));
  return (
    <SettingsPage
      title="Your sessions"
      intro="Where you are signed in. If you don't know a device, sign it out and choose a new password."
    >
      {items === undefined && problem === null && <RowsSkeleton />}
      {problem !== null && (
        <LoadFailure
          problem={problem}
          busy={sessions.isFetching}
          onAgain={() => void (sessions.isFetchNextPageError ? sessions.fetchNextPage() : sessions.refetch())}
        />
      )}
      {items !== undefined && (
        <>
          <OwnSessionList items={items} />
          {sessions.hasNextPage && (
            <button
              type="button"
              className="curfew-button justify-self-start"
              aria-busy={sessions.isFetchingNextPage}
              aria-disabled={sessions.isFetchingNextPage}
              onClick={() => void sessions.fetchNextPage()}
            >
              {sessions.isFetchingNextPage ? "Loading…" : "Show more"}
            </button>
          )}
          <SignOutOthers
            count={sessions.hasNextPage ? null : items.filter(({ current }) => !current).length}
          />
        </>
      )}
    </SettingsPage>
  );
}
