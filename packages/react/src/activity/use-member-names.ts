import { type AuditEvent, isCurfewProblem, type Member, type Page } from "@curfew/client";
import { useEffect, useState } from "react";
import { usePages } from "../server-state/use-resource.js";
import { useCurfew } from "../session/context.js";
import type { NameOf } from "./activity-fact.js";

const PAGE_SIZE = 200;
/** How many members are searched for names; sentences do without the names of further ones. */
const MEMBERS_MAX = 1000;

/**
 * Returns the names of the members that events are about. Loads members only while a name is missing that no
 * event tells.
 *
 * @param events the events that are shown
 */
export function useMemberNames(events: readonly AuditEvent[]): NameOf {
  const { api } = useCurfew();
  const [isWanted, setIsWanted] = useState(false);
  const { data, more } = usePages(isWanted ? "members" : null, (cursor) =>
    api("GET /api/accounts/me/members", { query: { limit: PAGE_SIZE, ...cursor } }).catch(noMembers),
  );
  const people = [...events.map(({ actor }) => actor), ...(data?.items ?? [])];
  const names = new Map(people.map((person) => [person?.id, person?.name]));
  const isMissing = events.some(({ details: { user_id: id } }) => typeof id === "string" && !names.has(id));
  const canLoad = data !== undefined && data.next_cursor !== null && data.items.length < MEMBERS_MAX;
  useEffect(() => {
    if (!isMissing) return;
    setIsWanted(true);
    if (canLoad && !more.busy && more.problem === null) void more.run();
  }, [isMissing, canLoad, more]);
  return (userId) => names.get(userId) ?? null;
}

/** A host may manage its users elsewhere. */
function noMembers(error: unknown): Page<Member> {
  if (isCurfewProblem(error)) return { items: [], next_cursor: null };
  throw error;
}
