import type { CurfewSession } from "@curfew/client";
import { createContext, useContext } from "react";
import type { ReauthenticationDesk } from "../reauthentication/reauthentication-desk.js";
import type { Texts } from "../texts/texts.js";
import type { UnsavedInput } from "./unsaved-input.js";

/** What a provider hands to everything beneath it. */
interface Provided {
  readonly session: CurfewSession;
  readonly texts: Texts;
  readonly unsaved: UnsavedInput;
  readonly desk: ReauthenticationDesk;
}

export const ProvidedContext = createContext<Provided | null>(null);

/**
 * What the provider above holds.
 *
 * @throws Error where there is none
 */
export function useProvided(): Provided {
  const provided = useContext(ProvidedContext);
  if (provided === null) throw new Error("Curfew's components and hooks belong beneath a <SessionProvider>.");
  return provided;
}

/**
 * The session of this browser, with its calls in `api`.
 *
 * @throws Error outside of a `SessionProvider`
 * @example const { api } = useCurfew();
 */
export const useCurfew = (): CurfewSession => useProvided().session;

/** The words that the provider was given. */
export const useTexts = (): Texts => useProvided().texts;
