import { useState } from "react";
import { Card } from "../controls/card.js";
import { useTexts } from "../session/context.js";
import { NO_FILTER } from "./activity-filter.js";
import { ActivityFilters } from "./activity-filters.js";
import { ActivityList } from "./activity-list.js";
import { DownloadCsv } from "./download-csv.js";

/**
 * The account's audit trail in sentences, newest first (owners only), filtered by type, person and dates.
 *
 * @example <RecentActivity />
 */
export function RecentActivity() {
  const { activity: texts } = useTexts();
  const [filter, setFilter] = useState(NO_FILTER);
  return (
    <Card kind="activity" title={texts.title}>
      <ActivityFilters filter={filter} onChange={setFilter} />
      <DownloadCsv filter={filter} />
      <ActivityList key={JSON.stringify(filter)} filter={filter} />
    </Card>
  );
}
