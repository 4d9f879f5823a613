import { useState, useSyncExternalStore } from "react";
import { useSession } from "../hooks/use-session.js";
import { useHasUnsavedInput } from "../hooks/use-unsaved-input.js";
import { useProvided } from "../provider/context.js";
import { type Occasion, occasionOf } from "./occasion.js";

/** Why the person is to be asked for the password now; remembers whose session it was, and no longer than that is of use. */
export function useOccasion(): Occasion {
  const state = useSession();
  const { desk } = useProvided();
  const hasUnsavedInput = useHasUnsavedInput();
  const isAsked = useSyncExternalStore(desk.subscribe, desk.isAsked, desk.isAsked);
  const [email, setEmail] = useState<string | null>(null);
  const occasion = occasionOf(state, isAsked, hasUnsavedInput, email);
  const remembered =
    state.status === "signed_in" ? state.user.email : occasion.kind === "ended" ? email : null;
  if (remembered !== email) setEmail(remembered);
  return occasion;
}
