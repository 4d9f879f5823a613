import { useEffect, useSyncExternalStore } from "react";
import { useProvided } from "../provider/context.js";

/**
 * Tells the provider that a form holds input that is not saved: where the session ends meanwhile, the person is asked
 * for the password in place, and nothing that was typed is lost.
 *
 * @param dirty whether the form holds any now
 * @example useUnsavedInput(draft !== saved);
 */
export function useUnsavedInput(dirty: boolean): void {
  const { unsaved } = useProvided();
  useEffect(() => (dirty ? unsaved.hold() : undefined), [unsaved, dirty]);
}

/**
 * Whether any form beneath the provider holds input that is not saved: where a session ends then, keep the page.
 *
 * @example const isKept = useHasUnsavedInput();
 */
export function useHasUnsavedInput(): boolean {
  const { unsaved } = useProvided();
  return useSyncExternalStore(unsaved.subscribe, unsaved.held, unsaved.held);
}
