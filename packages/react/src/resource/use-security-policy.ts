import type { SecurityPolicy, Versioned } from "@curfew/client";
import { useCurfew } from "../provider/context.js";
import type { ResourceState } from "./resource-store.js";
import { useResource } from "./use-resource.js";

export const SECURITY = "security";

/** The account's policy, with who is signed in under it: one call for all that show it. */
export function useSecurityPolicy(): ResourceState<Versioned<SecurityPolicy>> {
  const { api } = useCurfew();
  return useResource(SECURITY, () => api("GET /api/accounts/me/security"));
}
