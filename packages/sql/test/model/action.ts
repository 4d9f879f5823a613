import type { ClientState } from "./client-state.js";
import type { Reference } from "./reference.js";
import type { ReferenceOrders } from "./reference-orders.js";

/** An action on both the engine and the reference, with comparable results. */
export interface Action {
  /** For the log of the scenario. */
  description: string;
  /** Performs the action on the engine and returns a view of the result. */
  perform(): Promise<unknown>;
  /**
   * Performs the action on the reference and returns a view of the result.
   *
   * @param result the engine's, for what the rules leave open
   */
  predict(reference: Reference, result: unknown): unknown;
  /** Returns the issued access token, if any, as a reference that the action was performed on describes it. */
  issuedToken(reference: Reference): ClientState["access"][number] | null;
  /** Adds the issued tokens to the client state, but not those that the references describe in different ways. */
  storeTokens(references: ReferenceOrders): void;
}

/** An action that issues no tokens. */
export const plainAction = (
  description: string,
  perform: () => Promise<unknown>,
  predict: Action["predict"],
): Action => ({
  description,
  perform,
  predict,
  issuedToken: () => null,
  storeTokens() {},
});
