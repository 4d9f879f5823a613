import { z } from "zod";
import { integerInQuery, searchInQuery } from "./fields.js";

const PAGE_SIZE_MIN = 1;
const PAGE_SIZE_MAX = 200;
const PAGE_SIZE_DEFAULT = 50;

/** The query parameters of a list. */
export const pageQuery = z.object({
  limit: integerInQuery(PAGE_SIZE_MIN, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT),
  cursor: z
    .string()
    .optional()
    .meta({ description: "The `next_cursor` of the previous page, which had the same filter." }),
});

/** The query parameters of a list of people, or of what is theirs. */
export const searchQuery = pageQuery.extend({ q: searchInQuery });

const nextCursor = z.string().nullable().meta({ description: "Null on the last page." });

/** The schema of one page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: nextCursor });
