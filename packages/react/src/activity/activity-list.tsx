import type { EventType } from "@curfew/client";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { usePages } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import { Moment } from "../time/moment.js";
import { activityFact, activitySentence } from "./activity-fact.js";
import { useMemberNames } from "./use-member-names.js";

const PAGE_SIZE = 20;

/** Events of one type, or of all types (null), page by page. */
export function ActivityList({ type }: { type: EventType | null }) {
  const { activity: texts } = useTexts();
  const { api } = useCurfew();
  const events = usePages(`events:${type ?? ""}`, (cursor) =>
    api("GET /api/accounts/me/security/events", {
      query: { limit: PAGE_SIZE, ...(type === null ? {} : { type }), ...cursor },
    }),
  );
  const nameOf = useMemberNames(events.data?.items ?? []);
  if (events.data === undefined) return <Loading resource={events} lines={6} />;
  const { items, next_cursor } = events.data;
  if (items.length === 0)
    return <p className="curfew-quiet">{type === null ? texts.empty : texts.emptyOfType}</p>;
  return (
    <>
      <ol className="curfew-events" aria-busy={events.loading}>
        {items.map((event) => (
          <li key={event.id}>
            {activitySentence(activityFact(event, nameOf), texts.sentences)}
            <span className="curfew-quiet">
              {" · "}
              <Moment at={event.at} />
            </span>
          </li>
        ))}
      </ol>
      {next_cursor !== null && <MoreButton more={events.more} />}
      <Failure problem={events.more.problem} />
    </>
  );
}
