import { z } from "zod";
import { integerInQuery } from "../fields/integer.js";
import { fieldProblem } from "../problem/http-problem.js";
import type { CursorList, Cursors, Position } from "./cursor.js";

const SMALLEST_PAGE = 1;
const LARGEST_PAGE = 200;
const USUAL_PAGE = 50;

/** `limit` and `cursor` of a list. */
export const pageQuery = z.object({
  limit: integerInQuery(SMALLEST_PAGE, LARGEST_PAGE, USUAL_PAGE),
  cursor: z.string().optional().meta({ description: "The `next_cursor` of the page before." }),
});

/**
 * Where a page begins; null at the first.
 *
 * Throws `validation_failed` for a cursor that is not this list's.
 */
export function positionOf(cursors: Cursors, list: CursorList, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const position = cursors.read(list, cursor);
  if (position === null) throw fieldProblem("cursor", "invalid_value", "This is no cursor of this list.");
  return position;
}
