import type { Session, User } from "../api/contract.js";
import { attempt } from "../attempt.js";
import { FRESH_MS, HOLD_MS, TOKEN_SECOND_MS } from "./durations.js";
import { nearerDeadline } from "./expiry.js";
import type { Ears, Message, Word } from "./messages.js";
import type { SessionEnd, SessionState } from "./model.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";

/** The only key in storage: a name and a moment, and nothing that opens anything. */
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

/** What this tab knows of the session, and the rules by which that changes. */
export interface SessionBook {
  live: Live | null;
  /** Set once nobody is signed in; both are null while nothing is known. */
  out: Extract<SessionState, { status: "signed_out" }> | null;
  /** The deadline whose warning was put away. */
  dismissed: string | null;
  /** Storage names somebody. */
  readonly knowsSomebody: boolean;
  /** What is known may be wrong: the server is to be asked. */
  isDoubtful: boolean;
  /** Takes the server's word, asked for at `asked`, and tells the other tabs, with how long ago the activity was that it knows of. */
  take(word: Word, asked: number, activeAgoMs: number): void;
  /** The server says that session `id` is over. */
  ended(id: string | undefined, end: SessionEnd | null): void;
  /** Forgets the session in every tab, with no reason. */
  leave(): void;
  /** Keeps back every end of the session while `call` ends it, and after it until it is left. */
  holding<T>(call: () => Promise<T>): Promise<T>;
  /** How much longer, in milliseconds; 0 or less: not any more. */
  heldMs(): number;
  dismiss(): void;
  /** Takes a word that another tab was told, `ageMs` ago; answers whether it is news. */
  accept(word: Word, asked: number, ageMs: number): boolean;
  /** What it does about the rest of what another tab tells. */
  readonly ears: Pick<Ears, "dismissed" | "ended" | "hold">;
}

/**
 * Opens the book of one tab.
 *
 * @param changed called after each change
 */
export function createSessionBook(
  { clock: { monotonic, wall }, storage, channel }: Ports,
  clock: ServerClock,
  changed: () => void,
): SessionBook {
  const past: (string | undefined)[] = [];
  /** What was written down last; nothing where that can't be read. */
  const kept: { name?: string; dismissed?: string | null } =
    attempt(() => JSON.parse(storage.get(KEY) ?? "")) ?? {};
  let heldId: string | undefined;
  let heldUntil = 0;

  const post = (message: Message): void => channel?.post(message);
  const write = (): void => {
    const { live, dismissed } = book;
    if (live) storage.set(KEY, JSON.stringify({ name: live.user.name, dismissed }));
  };

  /** An older word never replaces a newer one; two clocks judge, since either may be stepped back. */
  const accept = (word: Word, asked: number, ageMs: number): boolean => {
    const { session, user } = word;
    const { live } = book;
    const told = Date.parse(session.absolute_expires_at) - session.absolute_expires_in_ms;
    const isOther = live?.session.id !== session.id;
    if (past.includes(session.id) || (live && told < live.told && asked < live.asked)) return false;
    if (user) {
      if (isOther) past.push(live?.session.id);
      const tokenUntil = told + word.expires_in * TOKEN_SECOND_MS;
      book.live = { session, user, token: word.access_token, tokenUntil, asked, told };
    } else if (live && !isOther) {
      book.live = { ...live, session, told };
      if (word.expires_in === 0) book.live.tokenUntil = 0;
    } else return false;
    book.out = null;
    // Who knows how long an event waited in a tab that was frozen, or an answer while the machine slept?
    if (user) book.isDoubtful = Math.abs(wall() - asked) > FRESH_MS;
    if (user || told > clock.now()) clock.set(told + ageMs);
    return true;
  };

  const end = (id: string | undefined, end: SessionEnd | null, isNews: boolean, isOwn = false): void => {
    const { live, out } = book;
    if (id !== live?.session.id || (out && !live)) return;
    if (book.heldMs() > 0 && !isOwn) {
      book.isDoubtful = true;
      return;
    }
    if (isNews) storage.remove(KEY);
    if (isNews && id) post(["ended", id, end, isOwn]);
    past.push(id);
    book.out = { status: "signed_out", ended: end, user_id: live?.user.id ?? null };
    book.live = book.dismissed = null;
    changed();
  };
  const hold = (id: string | undefined): void => {
    heldId = id;
    heldUntil = monotonic() + HOLD_MS;
    changed();
  };

  const book: SessionBook = {
    live: null,
    out: null,
    dismissed: kept.dismissed ?? null,
    knowsSomebody: kept.name !== undefined,
    isDoubtful: false,
    take(word, asked, activeAgoMs) {
      if (!accept(word, asked, 0)) return;
      write();
      post(["word", word, asked, wall(), activeAgoMs]);
      changed();
    },
    ended: (id, ended) => end(id, ended, true),
    leave: () => end(book.live?.session.id, null, true, true),
    holding(call) {
      const set = (id: string | undefined): void => {
        hold(id);
        post(["hold", id]);
      };
      set(book.live?.session.id);
      return call().catch((error: unknown) => {
        set(undefined);
        throw error;
      });
    },
    heldMs: () => (book.live && book.live.session.id === heldId ? heldUntil - monotonic() : 0),
    dismiss() {
      book.dismissed = book.live && nearerDeadline(book.live.session).expires_at;
      write();
      post(["dismissed", book.dismissed]);
      changed();
    },
    accept,
    ears: {
      dismissed(deadline) {
        book.dismissed = deadline;
        changed();
      },
      ended: (id, ended, isOwn) => end(id, ended, false, isOwn),
      hold,
    },
  };
  return book;
}
