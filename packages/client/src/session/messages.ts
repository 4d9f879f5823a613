import type { Grant, Session } from "../api/contract.js";
import type { SessionEnd } from "./model.js";

/**
 * The server's newest word on a session: a whole grant, or only how it stands; `expires_in` of 0 without a token says that
 * the one there is will be refused.
 */
export type Word = Grant | { session: Session; user?: undefined; expires_in?: number };

/** What the tabs of one browser tell each other. Wall times are this machine's, in milliseconds since the Unix epoch. */
export type Message =
  /** `asked`: when the server was asked; `heard`: when it answered; `activeAgoMs`: how long before `heard` the activity was that it knows of. */
  | { kind: "word"; word: Word; asked: number; heard: number; activeAgoMs: number }
  | { kind: "active"; at: number }
  | { kind: "dismissed"; dismissed: string | null }
  /** `isOwn`: by what the person did here, so that no tab keeps it back. */
  | { kind: "ended"; id: string; end: SessionEnd | null; isOwn: boolean }
  /** This tab is about to end the session itself: keep back what tells of its end, until told, for a while. */
  | { kind: "hold"; id: string | undefined; isOn: boolean }
  | { kind: "policy" }
  /** The tab with the event stream lives. */
  | { kind: "heartbeat" };
