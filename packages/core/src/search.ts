import { foldForSearch } from "./fold.js";

/** How many items a page of a search looks at. If it finds too few in them, the next page goes on. */
export const SEARCHED_ITEMS_MAX = 5_000;
const READ_AT_ONCE = 500;

interface Person {
  readonly name: string;
  readonly email: string;
}

interface Page<Item, Position> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly next: Position | null;
}

export interface Search<Item, Position> {
  /** A part of a name or an e-mail, in any case and with or without accents. */
  readonly text: string;
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after: Position | null;
  readonly personOf: (item: Item) => Person;
  /** Reads a page of the whole list. */
  readonly list: (page: { limit: number; after: Position | null }) => Promise<Page<Item, Position>>;
}

/** Whether a part of a person's name or e-mail reads like the text. */
export function findsPerson(text: string, { name, email }: Person): boolean {
  const folded = foldForSearch(text.trim());
  return foldForSearch(name).includes(folded) || foldForSearch(email).includes(folded);
}

/**
 * Searches a list page by page. It reads the list in its own order, so that each statement is one that an index serves, and at most
 * 5,000 items: where people are many and few are found, a page may be short, or empty, before the last.
 */
export async function searchPage<Item, Position>(
  search: Search<Item, Position>,
): Promise<Page<Item, Position>> {
  const isFound = (item: Item): boolean => findsPerson(search.text, search.personOf(item));
  const found: Item[] = [];
  let after = search.after;
  for (let read = 0; read < SEARCHED_ITEMS_MAX && found.length < search.limit; read += READ_AT_ONCE) {
    const page = await readUntilFound(search, after, isFound, search.limit - found.length);
    found.push(...page.items.filter(isFound));
    after = page.next;
    if (after === null) break;
  }
  return { items: found, next: after };
}

/** Reads a page with at most `room` items that are found; its `next` follows the last of them if there are more. */
async function readUntilFound<Item, Position>(
  { list }: Search<Item, Position>,
  after: Position | null,
  isFound: (item: Item) => boolean,
  room: number,
): Promise<Page<Item, Position>> {
  let page = await list({ limit: READ_AT_ONCE, after });
  let found = page.items.filter(isFound);
  while (found.length > room) {
    // The list may have changed since.
    const end = page.items.lastIndexOf(found[room - 1] as Item) + 1;
    page = await list({ limit: end, after });
    found = page.items.filter(isFound);
  }
  return page;
}
