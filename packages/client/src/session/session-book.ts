import type { Grant, Session, User } from "../api/contract.js";
import { type Deadline, nearerDeadline } from "./expiry.js";
import { type Message, type Word, wordOf } from "./messages.js";
import type { SessionEnd, SessionState } from "./model.js";
import type { Ports, Timer } from "./ports.js";
import { forget, recall, remember } from "./remembered.js";
import type { ServerClock } from "./server-clock.js";

/** How long this browser keeps back the end of a session that it ends itself. */
const HOLD_MS = 10_000;

/** A token counts as too old a little before it is: 15 seconds of 300. */
const TOKEN_LIFE_SHARE = 0.95;

/** The session that this tab is in. */
export interface Live {
  session: Session;
  user: User;
  token: string;
  /** When the token is too old, on the server's clock. */
  tokenUntil: number;
  /** When the newest grant was asked for, on this machine's clock. */
  asked: number;
  /** The server's time at its newest word. */
  told: number;
}

type SignedOut = Extract<SessionState, { status: "signed_out" }>;

/** What this tab knows of the session, and the rules by which that changes. */
export interface SessionBook {
  live(): Live | null;
  /** Set once nobody is signed in; both are null while nothing is known. */
  out(): SignedOut | null;
  dismissed(): Deadline | null;
  /** How many words of the server were taken that tell its time as it is. */
  freshWords(): number;
  /** Whether storage names somebody. */
  knowsSomebody(): boolean;
  /** Takes a grant that was asked for at `asked`, and tells the other tabs, with how long ago the activity was that it reported. */
  grant(grant: Grant, asked: number, activeAgoMs: number): void;
  /** Takes what the event stream tells of the session, and tells the other tabs. */
  stands(session: Session): void;
  /** The server says that session `id` is over. */
  ended(id: string | undefined, end: SessionEnd | null): void;
  /** Forgets the session in every tab, with no reason. */
  leave(): void;
  /** Keeps back every end of the session while `call` ends it, and after it until it is left. */
  holding<T>(call: () => Promise<T>): Promise<T>;
  dismiss(): void;
  /** Another tab says so; answers whether a word was taken. */
  hear(message: Message): boolean;
  stop(): void;
}

/**
 * Opens the book of one tab.
 *
 * @param changed called after each change
 */
export function createSessionBook(
  { clock: { wall }, after, storage, channel }: Ports,
  clock: ServerClock,
  changed: () => void,
): SessionBook {
  const past = new Set<string>();
  const remembered = recall(storage);
  let live: Live | null = null;
  let out: SignedOut | null = null;
  let dismissed = remembered.dismissed ?? null;
  let freshWords = 0;
  let hold: { id: string; end?: { end: SessionEnd | null }; timer: Timer } | null = null;

  const post = (message: Message): void => channel?.post(message);
  const write = (): void => {
    if (live) remember(storage, live.user, live.session, dismissed);
  };

  /** An older word never replaces a newer one; two clocks judge, since either may be stepped back. */
  const take = ({ session, user, access_token = "", expires_in = 0 }: Word, asked: number, heard: number) => {
    const ageMs = Math.max(0, wall() - heard);
    const told = Date.parse(session.absolute_expires_at) - session.absolute_expires_in_ms;
    const same = live?.session.id === session.id;
    if (past.has(session.id) || (live && told < live.told && asked < live.asked)) return false;
    if (user) {
      if (live && !same) past.add(live.session.id);
      const tokenUntil = told + expires_in * 1000 * TOKEN_LIFE_SHARE;
      live = { session, user, token: access_token, tokenUntil, asked, told };
    } else if (live && same) live = { ...live, session, told };
    else return false;
    out = null;
    clock.set(told + ageMs);
    if (ageMs < 1000) freshWords++;
    return true;
  };

  const depart = (ended: SessionEnd | null): void => {
    if (live) past.add(live.session.id);
    out = { status: "signed_out", ended, user_id: live?.user.id ?? out?.user_id ?? null };
    live = null;
    dismissed = null;
    hold?.timer.cancel();
    hold = null;
    changed();
  };

  const end = (id: string | undefined, ended: SessionEnd | null, tell: boolean): void => {
    if (id !== live?.session.id || (out && !live)) return;
    if (id !== undefined && hold?.id === id) {
      hold.end ??= { end: ended };
      return;
    }
    if (tell) forget(storage);
    if (tell && id !== undefined) post({ kind: "ended", id, end: ended });
    depart(ended);
  };

  const keepBack = (id: string, on: boolean): void => {
    const held = hold?.id === id ? hold : null;
    if (!on && !held) return;
    hold?.timer.cancel();
    hold = on ? { id, timer: after(HOLD_MS, () => keepBack(id, false)) } : null;
    if (!on && held?.end) end(id, held.end.end, true);
  };
  const told = (word: Word, asked: number, activeAgoMs: number): void => {
    if (!take(word, asked, wall())) return;
    write();
    post({ kind: "word", word, asked, heard: wall(), activeAgoMs });
    changed();
  };

  return {
    live: () => live,
    out: () => out,
    dismissed: () => dismissed,
    freshWords: () => freshWords,
    knowsSomebody: () => remembered.name !== undefined,
    grant: (grant, asked, activeAgoMs) => told(wordOf(grant), asked, activeAgoMs),
    stands: (session) => told({ session }, 0, 0),
    ended: (id, ended) => end(id, ended, true),
    leave() {
      if (live) post({ kind: "left", id: live.session.id });
      forget(storage);
      depart(null);
    },
    async holding(call) {
      const id = live?.session.id;
      const set = (on: boolean): void => {
        if (id === undefined) return;
        post({ kind: "hold", id, on });
        keepBack(id, on);
      };
      set(true);
      try {
        return await call();
      } catch (error) {
        set(false);
        throw error;
      }
    },
    dismiss() {
      dismissed = live && nearerDeadline(live.session);
      write();
      post({ kind: "dismissed", deadline: dismissed });
      changed();
    },
    hear(message) {
      let isNews = false;
      if (message.kind === "word") isNews = take(message.word, message.asked, message.heard);
      if (message.kind === "ended") end(message.id, message.end, false);
      if (message.kind === "left" && message.id === live?.session.id) depart(null);
      if (message.kind === "hold" && message.id === live?.session.id) keepBack(message.id, message.on);
      if (message.kind === "dismissed") dismissed = message.deadline;
      return isNews;
    },
    stop: () => hold?.timer.cancel(),
  };
}
