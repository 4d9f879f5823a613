import type { Identity } from "@curfew/core";
import type { Http } from "../http.js";
import { positionOf } from "../paging.js";
import type { Answer } from "../route/define.js";
import { wireSessionItem } from "../wire/session.js";

/** Answers a page of live sessions of the caller's account, of one user where told. */
export async function answerSessions(
  http: Http,
  { accountId, sessionId }: Identity,
  { limit, cursor, userId }: { limit: number; cursor: string | undefined; userId: string | undefined },
): Promise<Answer> {
  const list = { accountId, name: "sessions" } as const;
  const from = positionOf(http.cursors, list, cursor);
  const { items, next } = await http.curfew.sessions.list({
    accountId,
    limit,
    ...(userId === undefined ? {} : { userId }),
    after: from === null ? null : { lastActiveAt: from.time, id: from.id },
  });
  return {
    status: 200,
    body: {
      items: items.map((item) => wireSessionItem(item, sessionId)),
      next_cursor: next && http.cursors.write(list, { time: next.lastActiveAt, id: next.id }),
    },
  };
}
