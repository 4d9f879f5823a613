import type { CurfewSession } from "@curfew/client";
import { type Context, createContext, useContext } from "react";
import type { Texts } from "../texts/texts.js";

/** The props of the provider. */
export const SessionContext = createContext<{ session: CurfewSession; texts: Texts } | null>(null);

/**
 * Reads a context that the `SessionProvider` sets.
 *
 * @throws Error outside a `SessionProvider`
 */
export function useProvided<Value>(context: Context<Value | null>): Value {
  const value = useContext(context);
  if (value === null)
    throw new Error("Curfew's components and hooks must be rendered inside a <SessionProvider>.");
  return value;
}

/**
 * The session of this browser, with the API client in `api`.
 *
 * @throws Error outside a `SessionProvider`
 * @example const { api } = useCurfew();
 */
export const useCurfew = (): CurfewSession => useProvided(SessionContext).session;

/**
 * The text catalogue of the provider.
 *
 * @throws Error outside a `SessionProvider`
 */
export const useTexts = (): Texts => useProvided(SessionContext).texts;
