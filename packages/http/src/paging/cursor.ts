import { isUuid } from "@curfew/core";
import { createSeal } from "../seal.js";

/** Where a page ended: the time and the id of its last item. */
export interface Position {
  readonly time: number;
  readonly id: string;
}

/** Which list of which account a cursor belongs to; on another it is none of ours. */
export interface CursorList {
  readonly accountId: string;
  readonly name: "sessions" | "events";
}

export interface Cursors {
  write(list: CursorList, position: Position): string;
  /** Null for what `write` did not answer for this list. */
  read(list: CursorList, text: string): Position | null;
}

const contextOf = (list: CursorList): string => `${list.name} ${list.accountId}`;

/**
 * Opaque cursors, sealed: a client can neither make one up nor take one to another list.
 *
 * @param secrets the first seals, all open
 */
export function createCursors(secrets: readonly Uint8Array[]): Cursors {
  const seal = createSeal(secrets, "curfew cursor v1");
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
