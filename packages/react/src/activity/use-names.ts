import { CurfewProblem, type Members } from "@curfew/client";
import { useMemo } from "react";
import { useCurfew } from "../provider/context.js";
import { useResource } from "../resource/use-resource.js";
import type { NameOf } from "./activity-fact.js";

/** The names of the account's members by id: none where the host keeps its people elsewhere. */
export function useNames(): NameOf {
  const { api } = useCurfew();
  const members = useResource("members", () => api("GET /api/accounts/me/members").catch(nobody)).data;
  return useMemo(() => {
    const names = new Map(members?.items.map(({ id, name }) => [id, name]));
    return (userId) => names.get(userId) ?? null;
  }, [members]);
}

function nobody(error: unknown): Members {
  if (error instanceof CurfewProblem) return { items: [] };
  throw error;
}
