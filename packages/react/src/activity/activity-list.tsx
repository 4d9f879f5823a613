import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { usePages } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import { Moment } from "../time/moment.js";
import { activityFact, activitySentence } from "./activity-fact.js";
import { type ActivityFilter, queryOf } from "./activity-filter.js";
import { useMemberNames } from "./use-member-names.js";

const PAGE_SIZE = 20;

/** The events that a filter shows, page by page. */
export function ActivityList({ filter }: { filter: ActivityFilter }) {
  const { activity: texts } = useTexts();
  const { api } = useCurfew();
  const filterQuery = queryOf(filter);
  const events = usePages(`events:${JSON.stringify(filterQuery)}`, (cursor) =>
    api("GET /api/accounts/me/security/events", { query: { limit: PAGE_SIZE, ...filterQuery, ...cursor } }),
  );
  const nameOf = useMemberNames(events.data?.items ?? []);
  if (events.data === undefined) return <Loading resource={events} lines={6} />;
  const { items, next_cursor } = events.data;
  if (items.length === 0)
    return (
      <p className="curfew-quiet">
        {Object.keys(filterQuery).length === 0 ? texts.empty : texts.emptyOfFilters}
      </p>
    );
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
