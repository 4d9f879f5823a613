import { isUuid } from "@curfew/core";
import { z } from "zod";
import { fieldProblem } from "./problem/http-problem.js";
import { createSeal } from "./seal.js";
import { integerInQuery } from "./wire/fields.js";

const PAGE_SIZE_MIN = 1;
const PAGE_SIZE_MAX = 200;
const PAGE_SIZE_DEFAULT = 50;

/** The query parameters of a list. */
export const pageQuery = z.object({
  limit: integerInQuery(PAGE_SIZE_MIN, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT),
  cursor: z.string().optional().meta({ description: "The `next_cursor` of the previous page." }),
});

const nextCursor = z.string().nullable().meta({ description: "Null on the last page." });

/** The schema of one page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: nextCursor });

/** The time (milliseconds since the Unix epoch) and the id of a page's last item. */
export interface Position {
  readonly time: number;
  readonly id: string;
}

/** The list that a cursor belongs to. */
export interface CursorList {
  readonly accountId: string;
  readonly name: "sessions" | "events";
}

export interface Cursors {
  write(list: CursorList, position: Position): string;
  /** Returns null for text that `write` did not return for this list. */
  read(list: CursorList, text: string): Position | null;
}

/**
 * Creates opaque cursors. They are sealed, so a client can neither forge one nor use it on another list.
 *
 * @param secrets the first one seals; all of them open
 */
export function createCursors(secrets: readonly Uint8Array[]): Cursors {
  const seal = createSeal(secrets, "curfew cursor v1");
  const contextOf = (list: CursorList): string => `${list.name} ${list.accountId}`;
  return {
    write: (list, position) =>
      seal.close(Buffer.from(JSON.stringify([position.time, position.id])), contextOf(list)),
    read(list, text) {
      const payload = seal.open(text, contextOf(list));
      if (payload === null) return null;
      const [time, id] = JSON.parse(payload.toString()) as [number, string];
      return isUuid(id) ? { time, id } : null;
    },
  };
}

/**
 * Reads the position after which a page starts; null for the first page.
 *
 * @throws `validation_failed` for a cursor of another list
 */
export function positionOf(cursors: Cursors, list: CursorList, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const position = cursors.read(list, cursor);
  if (position === null)
    throw fieldProblem("cursor", "invalid_value", "This cursor does not belong to this list.");
  return position;
}
