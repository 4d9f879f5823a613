import type { EventType } from "@curfew/client";
import { useId, useState } from "react";
import { useTexts } from "../provider/context.js";
import { ActivityList } from "./activity-list.js";
import { DownloadCsv } from "./download-csv.js";
import { EVENT_TYPE_LIST, isEventType } from "./event-types.js";

/**
 * The account's audit trail in sentences, newest first (owners only).
 *
 * @example <RecentActivity />
 */
export function RecentActivity() {
  const { activity: texts } = useTexts();
  const [type, setType] = useState<EventType | null>(null);
  const id = useId();
  return (
    <section className="curfew-root curfew-card curfew-activity" aria-labelledby={id}>
      <h2 id={id} className="curfew-title">
        {texts.title}
      </h2>
      <div className="curfew-actions">
        <div className="curfew-filter">
          <label htmlFor={`${id}-type`} className="curfew-label">
            {texts.type}
          </label>
          <select
            id={`${id}-type`}
            className="curfew-input"
            value={type ?? ""}
            onChange={({ currentTarget: { value } }) => setType(isEventType(value) ? value : null)}
          >
            <option value="">{texts.allTypes}</option>
            {EVENT_TYPE_LIST.map((one) => (
              <option key={one} value={one}>
                {texts.types[one]}
              </option>
            ))}
          </select>
        </div>
        <DownloadCsv />
      </div>
      <ActivityList key={type} type={type} />
    </section>
  );
}
