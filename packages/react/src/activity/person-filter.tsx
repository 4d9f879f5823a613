import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { breakable } from "../controls/breakable.js";
import { Button } from "../controls/button.js";
import { Marked } from "../search/marked.js";
import { SearchField } from "../search/search-field.js";
import { useSearch } from "../search/use-search.js";
import { Failure, Loading, MoreButton } from "../server-state/request-status.js";
import { useTexts } from "../session/context.js";
import type { Person } from "./activity-filter.js";
import { useFoundPeople } from "./use-found-people.js";

interface PersonFilterProps {
  person: Person | null;
  onChange: (person: Person | null) => void;
}

/** The person whose events are shown, or a field that searches for one. Either takes the place of the other, with the focus. */
export function PersonFilter({ person, onChange }: PersonFilterProps) {
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef(person);
  useEffect(() => {
    if (shown.current !== person) root.current?.querySelector<HTMLElement>("input, button")?.focus();
    shown.current = person;
  }, [person]);
  return (
    <div ref={root} className="curfew-person-filter">
      {person === null ? (
        <PersonSearch onChoose={onChange} />
      ) : (
        <ChosenPerson person={person} onClear={() => onChange(null)} />
      )}
    </div>
  );
}

function ChosenPerson({ person, onClear }: { person: Person; onClear: () => void }) {
  const { activity: texts } = useTexts();
  const id = useId();
  return (
    <fieldset aria-labelledby={id} className="curfew-field">
      <span id={id} className="curfew-label">
        {texts.person}
      </span>
      <span className="curfew-chosen">
        <span>
          {person.name} <span className="curfew-quiet">{breakable(person.email)}</span>
        </span>
        <Button onClick={onClear}>{texts.everybody}</Button>
      </span>
    </fieldset>
  );
}

function PersonSearch({ onChoose }: { onChoose: (person: Person) => void }) {
  const { activity: texts } = useTexts();
  const search = useSearch();
  const people = useFoundPeople(search.q);
  const failed = search.q !== "" && people.data === undefined && people.problem !== null;
  const found = failed ? null : people.found;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, button")];
    const target = stopAfter(event.key, stops, event.target);
    if (target === undefined || event.defaultPrevented) return;
    event.preventDefault();
    if (event.key === "Escape") search.setText("");
    target.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are a shortcut to the buttons inside
    <div className="curfew-field" onKeyDown={onKeyDown}>
      <SearchField search={search} found={found} label={texts.person} />
      {failed && <Loading resource={people} lines={0} />}
      {found && found.items.length > 0 && (
        <ul className="curfew-options">
          {found.items.map(({ id, name, email }) => (
            <li key={id}>
              <button type="button" className="curfew-option" onClick={() => onChoose({ id, name, email })}>
                <Marked text={name} q={found.q} />{" "}
                <span className="curfew-quiet">
                  <Marked text={email} q={found.q} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {found?.hasMore && <MoreButton more={people.more} />}
      <Failure problem={people.more.problem} />
    </div>
  );
}

/** Where a key takes the focus: the arrows to the stop before or after, Escape from any but the first to the first. */
function stopAfter(
  key: string,
  stops: readonly HTMLElement[],
  current: EventTarget,
): HTMLElement | undefined {
  const index = stops.indexOf(current as HTMLElement);
  if (key === "Escape") return index > 0 ? stops[0] : undefined;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  return step === undefined ? undefined : stops[index + step];
}
