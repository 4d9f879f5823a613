import type { EndedFate, Session, User } from "./session/session.js";

/** A change of a watched session. */
export type SessionChange =
  | { readonly kind: "shortened"; readonly session: Session; readonly now: number }
  | { readonly kind: "ended"; readonly fate: EndedFate }
  /** The account's policy changed. Only owners' sessions receive it. */
  | { readonly kind: "policy_changed" };

export interface WatchedSession {
  session: Session;
  user: User;
  now: number;
  stop(): void;
}
