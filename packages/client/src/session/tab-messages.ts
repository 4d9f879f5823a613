import type { Grant, Session } from "../api/contract.js";
import type { SessionEnd } from "../api/problem.js";

/**
 * A session as the server last reported it: a grant, or the deadlines alone. `expires_in: 0` without a token means that
 * the current token will be refused.
 */
export type SessionUpdate = Grant | { session: Session; user?: undefined; expires_in?: number };

/** How a tab handles the messages of the others. Times are this machine's, in milliseconds since the Unix epoch. */
export interface TabMessageHandlers {
  /** `activityAgoMs`: how long before `receivedAt` the last activity known to the server was. */
  update(update: SessionUpdate, sentAt: number, receivedAt: number, activityAgoMs: number): void;
  /** The user was active at `at`. */
  activity(at: number): void;
  dismissed(deadline: string | null | undefined): void;
  /** `isOwn`: this browser ended the session, so the end is not deferred. `isHereOnly`: the sender has told the others. */
  ended(id: string | undefined, end: SessionEnd | null, isOwn?: boolean, isHereOnly?: true): void;
  /** A tab is about to end session `id` itself: defer reports of its end, as `deferEnd` says. Undefined cancels the deferral. */
  defer(id: string | undefined, isSlow?: true): void;
  policy(): void;
  /** The tab that holds the event stream is alive. */
  heartbeat(): void;
}

/** A message between tabs: a handler's name and its arguments. */
export type TabMessage = {
  [Name in keyof TabMessageHandlers]: [Name, ...Parameters<TabMessageHandlers[Name]>];
}[keyof TabMessageHandlers];
