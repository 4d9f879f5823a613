import type { SecurityPolicy, Versioned } from "@curfew/client";
import { useMemo, useState } from "react";
import { placedUserOf } from "../session/placed-user.js";
import { useHasUnsavedInput } from "../session/unsaved-input.js";
import { useSession } from "../session/use-session.js";
import { type AccountPolicy, policyOnly } from "./policy-draft.js";

/**
 * The policy to edit. The end of the session clears the account's data. If the form has unsaved input, the last policy stays,
 * without the account's users. It is loaded again once the same user has signed in.
 *
 * @param data the server's policy; undefined while there is none
 */
export function useEditedPolicy(data: Versioned<SecurityPolicy> | undefined): AccountPolicy | undefined {
  const state = useSession();
  const hasUnsavedInput = useHasUnsavedInput();
  const [kept, setKept] = useState<Kept | null>(null);
  const policy = useMemo(() => data && policyOnly(data), [data]);
  const userId = userIdOf(state);
  const user = placedUserOf(state);
  if (policy !== undefined && policy !== kept?.policy) setKept({ userId, user, policy });
  if (policy !== undefined) return policy;
  // Once the session has ended, nothing tells its account.
  const isOwn = user === null ? kept?.userId === userId : kept?.user === user;
  return hasUnsavedInput && isOwn ? kept?.policy : undefined;
}

/** A policy, and whose it is. */
interface Kept {
  readonly userId: string | null;
  readonly user: string | null;
  readonly policy: AccountPolicy;
}

/** The user who is signed in, or was when the session ended. */
function userIdOf(state: ReturnType<typeof useSession>): string | null {
  if (state.status === "loading") return null;
  return state.status === "signed_in" ? state.user.id : state.user_id;
}
