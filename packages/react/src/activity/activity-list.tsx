import type { EventType } from "@curfew/client";
import { useCurfew, useTexts } from "../provider/context.js";
import { Failure } from "../resource/failure.js";
import { Loading } from "../resource/loading.js";
import { MoreButton } from "../resource/more-button.js";
import { usePages } from "../resource/use-pages.js";
import { Moment } from "../time/moment.js";
import { activityFact } from "./activity-fact.js";
import { activitySentence } from "./activity-sentence.js";
import { useNames } from "./use-names.js";

const PAGE = 20;

/** The trail, or what of it is of one type, page by page. */
export function ActivityList({ type }: { type: EventType | null }) {
  const { activity: texts } = useTexts();
  const { api } = useCurfew();
  const nameOf = useNames();
  const trail = usePages(`events:${type ?? ""}`, (cursor) =>
    api("GET /api/accounts/me/security/events", {
      query: { limit: PAGE, ...(type === null ? {} : { type }), ...cursor },
    }),
  );
  if (trail.data === undefined) return <Loading resource={trail} lines={6} />;
  const { items, next_cursor } = trail.data;
  if (items.length === 0)
    return <p className="curfew-quiet">{type === null ? texts.empty : texts.emptyOfType}</p>;
  return (
    <>
      <ol className="curfew-events" aria-busy={trail.loading}>
        {items.map((event) => (
          <li key={event.id}>
            {activitySentence(activityFact(event, nameOf), texts)}
            <span className="curfew-quiet">
              {" · "}
              <Moment at={event.at} />
            </span>
          </li>
        ))}
      </ol>
      {next_cursor !== null && <MoreButton more={trail.more} />}
      <Failure problem={trail.more.problem} />
    </>
  );
}
