import { isUuid } from "@curfew/core";
import { foldForSearch } from "@curfew/core/fold";
import { fieldProblem } from "./problem/http-problem.js";
import { createSeal } from "./seal.js";

/** The search that a `q` asks for, as the engine's lists take it. */
export const searchOf = (q: string | undefined): { search?: string } =>
  q === undefined || q.trim() === "" ? {} : { search: q };

/** The part of a cursor's filter that a `q` is: texts that find the same people are the same. */
export const searchFilter = (q: string | undefined): CursorFilter => {
  const { search } = searchOf(q);
  return search === undefined ? {} : { q: foldForSearch(search.trim()) };
};

/** The time (milliseconds since the Unix epoch) and the id of a page's last item. */
export interface TimePosition {
  readonly time: number;
  readonly id: string;
}

/** The time and the id of a page's last session, and the moment of the first page. */
export interface SessionsPosition {
  /** Null among the sessions that were used since the first page. */
  readonly time: number | null;
  readonly id: string;
  readonly mark: string;
}

/** What a list of people is ordered by (see `nameKeyOf`), and the id of a page's last item. */
export interface NamePosition {
  readonly key: string;
  readonly name: string;
  readonly id: string;
}

/** The position of each list. */
interface Positions {
  sessions: SessionsPosition;
  events: TimePosition;
  members: NamePosition;
  /** The last sign-in, and the id of a user, which a host may have chosen. */
  active_users: TimePosition;
}

type ListName = keyof Positions;

/** The parts of a position, in the order in which a cursor has them. */
const PARTS: Readonly<Record<ListName, readonly string[]>> = {
  sessions: ["time", "id", "mark"],
  events: ["time", "id"],
  members: ["key", "name", "id"],
  active_users: ["time", "id"],
};

/** What a list leaves out, by the names of its query; what is absent or undefined leaves out nothing. */
export type CursorFilter = Readonly<Record<string, string | number | undefined>>;

/** The list that a cursor belongs to. */
export interface CursorList<Name extends ListName = ListName> {
  readonly accountId: string;
  readonly name: Name;
  /** Default: the whole list. */
  readonly filter?: CursorFilter;
}

export interface Cursors {
  write<Name extends ListName>(list: CursorList<Name>, position: Positions[Name]): string;
  /** Returns null for text that `write` did not return for this list. */
  read<Name extends ListName>(list: CursorList<Name>, text: string): Positions[Name] | null;
}

/** What a cursor is sealed for. A list without a filter has the context that earlier versions gave it. */
function contextOf({ name, accountId, filter = {} }: CursorList): string {
  const kept = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return kept.length === 0 ? `${name} ${accountId}` : `${name} ${accountId} ${JSON.stringify(kept)}`;
}

/**
 * Creates opaque cursors. They are sealed, so a client can neither forge one nor use it on another list or with another filter.
 *
 * @param secrets the first one seals; all of them open
 */
export function createCursors(secrets: readonly Uint8Array[]): Cursors {
  const seal = createSeal(secrets, "curfew cursor v1");
  return {
    write(list, position) {
      const fields: Readonly<Record<string, string | number | null>> = { ...position };
      const parts = PARTS[list.name].map((name) => fields[name]);
      return seal.close(Buffer.from(JSON.stringify(parts)), contextOf(list));
    },
    read<Name extends ListName>(list: CursorList<Name>, text: string) {
      const payload = seal.open(text, contextOf(list));
      if (payload === null) return null;
      // The seal's context names the list, so the parts are those of the list's kind.
      const parts = JSON.parse(payload.toString()) as readonly (string | number | null)[];
      const names = PARTS[list.name];
      // Another version may have written fewer.
      if (parts.length !== names.length) return null;
      const position = Object.fromEntries(names.map((name, index) => [name, parts[index]]));
      return list.name === "active_users" || isUuid(String(position["id"]))
        ? (position as unknown as Positions[Name])
        : null;
    },
  };
}

/**
 * Reads the position after which a page starts; null for the first page.
 *
 * @throws `validation_failed` for a cursor of another list or another filter
 */
export function positionOf<Name extends ListName>(
  cursors: Cursors,
  list: CursorList<Name>,
  cursor: string | undefined,
): Positions[Name] | null {
  if (cursor === undefined) return null;
  const position = cursors.read(list, cursor);
  if (position === null)
    throw fieldProblem(
      "cursor",
      "invalid_value",
      "This cursor does not belong to this list with this filter.",
    );
  return position;
}
