import type { EventType } from "@curfew/client";
import { useId } from "react";
import { Labelled } from "../controls/labelled.js";
import { useTexts } from "../session/context.js";
import type { ActivityFilter } from "./activity-filter.js";
import { PersonFilter } from "./person-filter.js";

/** A year of more digits is no time of RFC 3339. */
const LAST_DAY = "9999-12-30";

/** The fields that filter the trail: by type, dates and person. */
export function ActivityFilters({
  filter,
  onChange,
}: {
  filter: ActivityFilter;
  onChange: (filter: ActivityFilter) => void;
}) {
  const { activity: texts } = useTexts();
  const id = useId();
  const areReversed = filter.from !== "" && filter.to !== "" && filter.from > filter.to;
  const dayField = (name: "from" | "to") => (
    <Labelled label={texts[name]} id={`${id}-${name}`}>
      <input
        id={`${id}-${name}`}
        type="date"
        className="curfew-input"
        max={LAST_DAY}
        aria-invalid={areReversed}
        aria-describedby={areReversed ? `${id}-fault` : undefined}
        value={filter[name]}
        onChange={({ currentTarget: { value, validity } }) =>
          onChange({ ...filter, [name]: validity.valid ? value : "" })
        }
      />
    </Labelled>
  );
  return (
    <div className="curfew-filters">
      <Labelled label={texts.type} id={`${id}-type`}>
        <select
          id={`${id}-type`}
          className="curfew-input"
          value={filter.type ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...filter, type: (value || null) as EventType | null })
          }
        >
          <option value="">{texts.allTypes}</option>
          {Object.entries(texts.types).map(([type, label]) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </select>
      </Labelled>
      {dayField("from")}
      {dayField("to")}
      {areReversed && (
        <p id={`${id}-fault`} className="curfew-fault">
          {texts.daysReversed}
        </p>
      )}
      <PersonFilter person={filter.person} onChange={(person) => onChange({ ...filter, person })} />
    </div>
  );
}
