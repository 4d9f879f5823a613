import type { Grant, Session } from "../api/contract.js";
import type { SessionEnd } from "./model.js";

/**
 * The server's newest word on a session: a whole grant, or only how it stands; `expires_in` of 0 without a token says that
 * the one there is will be refused.
 */
export type Word = Grant | { session: Session; user?: undefined; expires_in?: number };

/** What a tab does about what the others tell it. Wall times are this machine's, in milliseconds since the Unix epoch. */
export interface Ears {
  /** `asked`: when the server was asked; `heard`: when it answered; `activeAgoMs`: how long before `heard` the activity was that it knows of. */
  word(word: Word, asked: number, heard: number, activeAgoMs: number): void;
  active(at: number): void;
  dismissed(deadline: string | null): void;
  /** `isOwn`: by what the person did here, so that no tab keeps it back. */
  ended(id: string | undefined, end: SessionEnd | null, isOwn: boolean): void;
  /** A tab is about to end session `id` itself: keep back what tells of its end for a while; undefined: no more. */
  hold(id: string | undefined): void;
  policy(): void;
  /** The tab with the event stream lives. */
  heartbeat(): void;
}

/** How it is told: which of these, and what with. */
export type Message = { [Name in keyof Ears]: [Name, ...Parameters<Ears[Name]>] }[keyof Ears];
