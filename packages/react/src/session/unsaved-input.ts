import { createContext, useEffect, useSyncExternalStore } from "react";
import { useProvided } from "./context.js";
import { Notifier } from "./notifier.js";

const askFirst = (event: Event): void => event.preventDefault();

/** Tracks the forms below a provider that hold unsaved input. While any does, the browser asks before it leaves the page. */
export class UnsavedInput extends Notifier {
  readonly #forms = new Set<symbol>();

  /** Whether any form holds unsaved input. */
  readonly isHeld = (): boolean => this.#forms.size > 0;

  /** Registers a form with unsaved input. Returns the function that releases it. */
  hold(): () => void {
    const form = Symbol();
    this.#forms.add(form);
    this.notify();
    return () => {
      if (this.#forms.delete(form)) this.notify();
    };
  }

  /** Releases all forms: the user discards their input. */
  discard(): void {
    this.#forms.clear();
    this.notify();
  }

  protected override notify(): void {
    // A listener that stayed would keep every page out of the back-forward cache.
    window[this.isHeld() ? "addEventListener" : "removeEventListener"]("beforeunload", askFirst);
    super.notify();
  }
}

export const UnsavedInputContext = createContext<UnsavedInput | null>(null);

/**
 * Marks a form as holding unsaved input. The browser then asks before it leaves the page. If the session ends meanwhile, the
 * `ReauthenticationDialog` asks for the password in place, so that the input is not lost. Data about other people should leave
 * the page meanwhile, as that of the components does.
 *
 * @param dirty whether the form holds unsaved input now
 * @throws Error outside a `SessionProvider`
 * @example useUnsavedInput(draft !== saved);
 */
export function useUnsavedInput(dirty: boolean): void {
  const unsavedInput = useProvided(UnsavedInputContext);
  useEffect(() => (dirty ? unsavedInput.hold() : undefined), [unsavedInput, dirty]);
}

/**
 * Whether any form below the provider holds unsaved input. While it does, keep the page when the session ends.
 *
 * @throws Error outside a `SessionProvider`
 * @example const keepPage = useHasUnsavedInput();
 */
export function useHasUnsavedInput(): boolean {
  const unsavedInput = useProvided(UnsavedInputContext);
  return useSyncExternalStore(unsavedInput.subscribe, unsavedInput.isHeld, unsavedInput.isHeld);
}
