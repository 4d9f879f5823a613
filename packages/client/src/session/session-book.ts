import type { Grant, Session, User } from "../api/contract.js";
import { type Deadline, nearerDeadline } from "./expiry.js";
import type { Message, Word } from "./messages.js";
import type { SessionEnd, SessionState } from "./model.js";
import type { Ports, Timer } from "./ports.js";
import type { ServerClock } from "./server-clock.js";

/** How long this browser keeps back the end of a session that it ends itself. */
const HOLD_MS = 10_000;

/** A token counts as too old a little before it is: 15 seconds of 300. */
const TOKEN_LIFE_SHARE_MS = 950;

/** The only key in storage: a name and moments, and nothing that opens anything. */
const KEY = "curfew";

/** The session that this tab is in. */
export interface Live {
  readonly session: Session;
  readonly user: User;
  readonly token: string;
  /** When the token is too old, on the server's clock. */
  tokenUntil: number;
  /** When the newest grant was asked for, on this machine's clock. */
  readonly asked: number;
  /** The server's time at its newest word. */
  readonly told: number;
}

/** What this tab knows of the session; `live` and `out` are both null while nothing is known. */
interface Page {
  live: Live | null;
  out: Extract<SessionState, { status: "signed_out" }> | null;
  /** The deadline whose warning was put away. */
  dismissed: Deadline | null;
  /** How many words of the server were taken that tell its time as it is. */
  freshWords: number;
  /** Storage names somebody. */
  knowsSomebody: boolean;
}

/** What this tab knows, and the rules by which that changes. */
export interface SessionBook extends Readonly<Page> {
  /** Takes a grant that was asked for at `asked`, and tells the other tabs, with how long ago the activity was that it reported. */
  grant(grant: Grant, asked: number, activeAgoMs: number): void;
  /**
   * Takes what the event stream tells of the session, and tells the other tabs.
   *
   * @param isShortened a policy was applied to it, so that the server takes no older token
   */
  stands(session: Session, isShortened: boolean): void;
  /** The server will refuse the token: it is to be renewed before it is sent again. */
  outdateToken(): void;
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

/** What was written down last; nothing where that can't be read. */
function recall(storage: Ports["storage"]): { name?: string; dismissed?: Deadline | null } {
  try {
    return JSON.parse(storage.get(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
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
  const { name: remembered, dismissed = null } = recall(storage);
  let hold: { id: string; end?: { end: SessionEnd | null }; timer: Timer } | null = null;
  const page: Page = {
    live: null,
    out: null,
    dismissed,
    freshWords: 0,
    knowsSomebody: remembered !== undefined,
  };

  const post = (message: Message): void => channel?.post(message);
  const write = (): void => {
    if (!page.live) return;
    const { user, session } = page.live;
    const { idle_expires_at, absolute_expires_at } = session;
    const { dismissed } = page;
    storage.set(KEY, JSON.stringify({ name: user.name, idle_expires_at, absolute_expires_at, dismissed }));
  };

  /** An older word never replaces a newer one; two clocks judge, since either may be stepped back. */
  const take = (word: Word, asked: number, heard: number): boolean => {
    const { session, user, expires_in } = word;
    const { live } = page;
    const ageMs = Math.max(0, wall() - heard);
    const told = Date.parse(session.absolute_expires_at) - session.absolute_expires_in_ms;
    const isOld = live !== null && told < live.told && asked < live.asked;
    const isOther = live?.session.id !== session.id;
    if (isOld || past.has(session.id)) return false;
    if (user) {
      if (live && isOther) past.add(live.session.id);
      const tokenUntil = told + word.expires_in * TOKEN_LIFE_SHARE_MS;
      page.live = { session, user, token: word.access_token, tokenUntil, asked, told };
    } else if (live && !isOther)
      page.live = { ...live, session, told, ...(expires_in === 0 && { tokenUntil: told }) };
    else return false;
    page.out = null;
    clock.set(told + ageMs);
    if (ageMs < 1000) page.freshWords++;
    return true;
  };
  const tell = (word: Word, asked: number, activeAgoMs: number): void => {
    if (!take(word, asked, wall())) return;
    write();
    post({ kind: "word", word, asked, heard: wall(), activeAgoMs });
    changed();
  };

  const depart = (ended: SessionEnd | null): void => {
    const { live, out } = page;
    if (live) past.add(live.session.id);
    page.out = { status: "signed_out", ended, user_id: live?.user.id ?? out?.user_id ?? null };
    page.live = page.dismissed = null;
    hold?.timer.cancel();
    hold = null;
    changed();
  };
  const end = (id: string | undefined, ended: SessionEnd | null, isNews: boolean): void => {
    if (id !== page.live?.session.id || (page.out && !page.live)) return;
    if (hold && hold.id === id) {
      hold.end ??= { end: ended };
      return;
    }
    if (isNews) {
      storage.remove(KEY);
      if (id !== undefined) post({ kind: "ended", id, end: ended });
    }
    depart(ended);
  };
  const keepBack = (id: string, isOn: boolean): void => {
    const held = hold?.id === id ? hold : null;
    if (!isOn && !held) return;
    hold?.timer.cancel();
    hold = isOn ? { id, timer: after(HOLD_MS, () => keepBack(id, false)) } : null;
    if (!isOn && held?.end) end(id, held.end.end, true);
  };

  return Object.assign(page, {
    grant: tell,
    stands: (session: Session, isShortened: boolean) =>
      tell({ session, ...(isShortened && { expires_in: 0 }) }, 0, 0),
    outdateToken() {
      if (page.live) page.live.tokenUntil = 0;
    },
    ended: (id: string | undefined, ended: SessionEnd | null) => end(id, ended, true),
    leave() {
      if (page.live) post({ kind: "left", id: page.live.session.id });
      storage.remove(KEY);
      depart(null);
    },
    async holding<T>(call: () => Promise<T>): Promise<T> {
      const id = page.live?.session.id;
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
      page.dismissed = page.live && nearerDeadline(page.live.session);
      write();
      post({ kind: "dismissed", deadline: page.dismissed });
      changed();
    },
    hear(message: Message) {
      const { kind } = message;
      const isHere = "id" in message && message.id === page.live?.session.id;
      if (kind === "word") return take(message.word, message.asked, message.heard);
      if (kind === "dismissed") page.dismissed = message.deadline;
      if (isHere && kind === "ended") end(message.id, message.end, false);
      if (isHere && kind === "left") depart(null);
      if (isHere && kind === "hold") keepBack(message.id, message.on);
      return false;
    },
    stop: () => hold?.timer.cancel(),
  });
}
