import type { SessionItem } from "@curfew/client";
import { useState } from "react";
import { useCurfew } from "../provider/context.js";
import { type Action, useAction } from "../server-state/use-action.js";
import { type ActivePerson, peopleOfSessions } from "./people.js";

const PAGE = 200;

/** People beyond the first hundred, found by way of their sessions. */
export interface MorePeople {
  readonly people: readonly ActivePerson[];
  /** No session is left to look at. */
  readonly done: boolean;
  readonly more: Action;
}

interface Seen {
  readonly of: readonly ActivePerson[];
  readonly sessions: readonly SessionItem[];
  readonly cursor: string | null;
}

/**
 * Pages through the account's sessions for people who are not among the first; begins anew when those change.
 *
 * @param first the people who are listed already
 */
export function useMorePeople(first: readonly ActivePerson[]): MorePeople {
  const { api } = useCurfew();
  const [kept, setSeen] = useState<Seen | null>(null);
  const seen = kept?.of === first ? kept : null;
  const more = useAction(async () => {
    let sessions = seen?.sessions ?? [];
    let cursor = seen?.cursor ?? undefined;
    const before = peopleOfSessions(sessions, first).length;
    do {
      const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await api("GET /api/accounts/me/security/sessions", { query });
      sessions = [...sessions, ...page.items];
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && peopleOfSessions(sessions, first).length === before);
    setSeen({ of: first, sessions, cursor: cursor ?? null });
  });
  return {
    people: seen === null ? NOBODY : peopleOfSessions(seen.sessions, first),
    done: seen !== null && seen.cursor === null,
    more,
  };
}

const NOBODY: readonly ActivePerson[] = [];
