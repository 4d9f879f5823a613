import { useId, useState } from "react";
import { ChevronIcon } from "../controls/icons.js";
import { useTexts } from "../provider/context.js";
import { Moment } from "../time/moment.js";
import type { OnRevoked } from "./active-sessions.js";
import type { ActivePerson } from "./people.js";
import { PersonSessions } from "./person-sessions.js";

/** Somebody who is signed in: a disclosure that opens to their sessions. */
export function PersonRow({
  person,
  own,
  onRevoked,
}: {
  person: ActivePerson;
  own: boolean;
  onRevoked: OnRevoked | undefined;
}) {
  const { sessions: texts } = useTexts();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className="curfew-person" data-open={open}>
      <div className="curfew-person-head">
        <button
          type="button"
          className="curfew-disclosure"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <ChevronIcon />
          <span className="curfew-who">
            <span className="curfew-name">
              {person.name} {own && <span className="curfew-quiet">{texts.you}</span>}
            </span>{" "}
            <span className="curfew-quiet">{person.email}</span>
          </span>
        </button>
        <span className="curfew-times curfew-quiet">
          <span>
            {person.lastLoginAt === null ? (
              texts.neverSignedIn
            ) : (
              <Moment at={person.lastLoginAt} words={texts.signedIn} />
            )}
          </span>
          <span>
            <Moment at={person.lastActiveAt} words={texts.lastActive} />
            {person.sessionCount !== null && (
              <>
                {" · "}
                <span>{texts.sessionCount(person.sessionCount)}</span>
              </>
            )}
          </span>
        </span>
      </div>
      <div id={id} hidden={!open}>
        {open && <PersonSessions person={person} own={own} onRevoked={onRevoked} />}
      </div>
    </li>
  );
}
