import type { SessionItem } from "@curfew/client";
import { Moment, SessionDeadlines, SessionPlace, useTexts } from "@curfew/react";
import { useId, useRef } from "react";
import { showSuccess } from "../../app/toasts.js";
import { tCount } from "../../text/count.js";
import { problemMessage } from "../../text/problem-message.js";
import { t } from "../../text/translate.js";
import { LoadFailure, Rows, RowsSkeleton, shownProblem } from "../account/loaded-list.js";
import { SettingsPage } from "../account/settings-page.js";
import { SignOutOthers } from "./sign-out-others.js";
import { thisDeviceFirst, useEndOwnSession, useOwnSessions } from "./use-own-sessions.js";

/** `/account/sessions`: the user's sessions, this browser's first. */
export function OwnSessionsPage() {
  const sessions = useOwnSessions();
  const problem = shownProblem(sessions);
  const items = sessions.data && thisDeviceFirst(sessions.data.pages.flatMap((page) => page.items));
  return (
    <SettingsPage
      title={t("Your sessions")}
      intro={t("Where you are signed in. If you don't know a device, sign it out and choose a new password.")}
    >
      {items === undefined && problem === null && <RowsSkeleton />}
      {problem !== null && (
        <LoadFailure
          problem={problem}
          busy={sessions.isFetching}
          onRetry={() => void (sessions.isFetchNextPageError ? sessions.fetchNextPage() : sessions.refetch())}
        />
      )}
      {items !== undefined && (
        <>
          <SessionList items={items} />
          {sessions.hasNextPage && (
            <button
              type="button"
              className="curfew-button justify-self-start"
              aria-busy={sessions.isFetchingNextPage}
              aria-disabled={sessions.isFetchingNextPage}
              onClick={() => void sessions.fetchNextPage()}
            >
              {sessions.isFetchingNextPage ? t("Loading…") : t("Show more")}
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

function SessionList({ items }: { items: readonly SessionItem[] }) {
  const list = useRef<HTMLUListElement>(null);
  const onEnded = () => {
    showSuccess(tCount(1, "{count} session signed out", "{count} sessions signed out"));
    // The removed row contained the focused button.
    list.current?.focus();
  };
  if (items.length === 0) return <p className="text-quiet">{t("No session is open any more.")}</p>;
  return (
    <Rows label={t("Your sessions")} ref={list}>
      {items.map((item) => (
        <SessionRow key={item.id} item={item} onEnded={onEnded} />
      ))}
    </Rows>
  );
}

/** @param onEnded called after it was signed out, unless it is this browser's session */
function SessionRow({ item, onEnded }: { item: SessionItem; onEnded: () => void }) {
  const id = useId();
  const end = useEndOwnSession(item, onEnded);
  return (
    <li className="grid grid-cols-1 gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <Device item={item} id={id} />
        <button
          type="button"
          className="curfew-button text-sm"
          aria-describedby={id}
          aria-disabled={end.isPending}
          aria-busy={end.isPending}
          onClick={end.isPending ? undefined : () => end.mutate()}
        >
          {end.isPending ? t("Signing out…") : t("Sign out")}
        </button>
      </div>
      <SessionDeadlines size="small" session={item} />
      {end.error !== null && (
        <p className="curfew-fault" role="alert">
          {problemMessage(end.error)}
        </p>
      )}
    </li>
  );
}

function Device({ item, id }: { item: SessionItem; id: string }) {
  const { sessions: texts } = useTexts();
  const { label, user_agent } = item.device;
  return (
    <div className="min-w-0 flex-1 basis-48">
      <div className="flex flex-wrap items-center gap-x-2">
        <span id={id} className="font-semibold wrap-anywhere" title={user_agent ?? undefined}>
          {texts.device(label)}
        </span>
        {item.current && <span className="curfew-badge">{t("This device")}</span>}
      </div>
      <div className="text-quiet text-sm wrap-anywhere">
        <SessionPlace item={item} />
        <Moment at={item.last_active_at} words={(ago) => t("last active {ago}", { ago })} />
      </div>
    </div>
  );
}
