import type { AuditEvent, Member, Page } from "@curfew/client";
import { useEffect, useMemo } from "react";
import { isProblem } from "../server-state/is-problem.js";
import { usePages } from "../server-state/use-resource.js";
import { useCurfew } from "../session/context.js";
import type { NameOf } from "./activity-fact.js";

const PAGE_SIZE = 200;
/** How many members are searched for names; sentences do without the names of further ones. */
const MEMBERS_MAX = 1000;

/**
 * Returns the names of the members that events are about. Loads more of the members only while a name is missing.
 *
 * @param events the events that are shown
 */
export function useMemberNames(events: readonly AuditEvent[]): NameOf {
  const { api } = useCurfew();
  const { data, more } = usePages("members", (cursor) =>
    api("GET /api/accounts/me/members", { query: { limit: PAGE_SIZE, ...cursor } }).catch(noMembers),
  );
  const names = useMemo(() => new Map(data?.items.map(({ id, name }) => [id, name])), [data]);
  const isMissing = events.some(({ details: { user_id: id } }) => typeof id === "string" && !names.has(id));
  const canLoad = data !== undefined && data.next_cursor !== null && data.items.length < MEMBERS_MAX;
  useEffect(() => {
    if (isMissing && canLoad && !more.busy && more.problem === null) void more.run();
  }, [isMissing, canLoad, more]);
  return useMemo(() => (userId) => names.get(userId) ?? null, [names]);
}

/** A host may manage its users elsewhere. */
function noMembers(error: unknown): Page<Member> {
  if (isProblem(error)) return { items: [], next_cursor: null };
  throw error;
}
