import type { Session, User } from "../api/contract.js";
import type { SessionEnd } from "../api/problem.js";
import { orNull } from "../or-null.js";
import { DEFER_END_MS, RESPONSE_FRESH_MS, TOKEN_SECOND_MS } from "./durations.js";
import { nearerDeadline } from "./expiry.js";
import type { SessionState } from "./model.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionUpdate, TabMessage, TabMessageHandlers } from "./tab-messages.js";

/** The only key in storage. Holds the user's name and the dismissed deadline, never a token. */
const STORAGE_KEY = "curfew";

/** The session that this tab is signed in to. */
export interface LiveSession {
  readonly session: Session;
  readonly user: User;
  readonly token: string;
  /** When the token must be replaced, in server time: shortly before it expires. */
  tokenUntil: number;
  /** When the newest grant was requested, on this machine's wall clock. */
  readonly requestedAt: number;
}

/** The session of one tab, kept consistent with the other tabs. */
export interface SessionStore {
  live: LiveSession | null;
  /** Set when no user is signed in; null together with `live` until the server has answered. */
  signedOut: Extract<SessionState, { status: "signed_out" }> | null;
  /** The deadline whose warning the user dismissed. */
  dismissed: string | null;
  /** Whether storage holds a user's name. */
  readonly hasUser: boolean;
  /** Whether the session may be outdated, so that a refresh is needed. */
  isStale: boolean;
  /** Applies the response to a request made at `requestedAt` and sends it to the other tabs. */
  apply(update: SessionUpdate, requestedAt: number, activityAgoMs: number): void;
  /** Applies an update that another tab received `ageMs` ago; returns whether it is newer. */
  accept(update: SessionUpdate, requestedAt: number, ageMs: number): boolean;
  /** Ends session `id` in every tab, as reported by the server. */
  end(id: string | undefined, end: SessionEnd | null): void;
  /** Clears the session in every tab, without a reason. */
  leave(): void;
  /** Makes every tab ignore the end of the session while `call` ends it and until `leave()`, for ten seconds at most. */
  deferEnd<T>(call: () => Promise<T>): Promise<T>;
  /** Milliseconds until the end of the session is not deferred any more; not positive if it is not deferred. */
  deferredMs(): number;
  dismiss(): void;
  readonly handlers: Pick<TabMessageHandlers, "dismissed" | "ended" | "defer">;
}

/** The server's time when it sent a session: the client's clock may be wrong. */
const serverTimeOf = ({ absolute_expires_at, absolute_expires_in_ms }: Session): number =>
  Date.parse(absolute_expires_at) - absolute_expires_in_ms;

/** @param onChange called after each change */
export function createSessionStore(
  { clock: { monotonic, wall }, storage, channel }: Ports,
  clock: ServerClock,
  onChange: () => void,
): SessionStore {
  const pastIds: (string | undefined)[] = [];
  let deferredId: string | undefined;
  let deferredUntil = 0;

  const stored: { name?: string; dismissed?: string | null } =
    orNull(() => JSON.parse(storage.get(STORAGE_KEY) ?? "")) ?? {};

  const post = (message: TabMessage): void => channel?.post(message);
  const save = (): void => {
    const { live, dismissed } = store;
    if (live) storage.set(STORAGE_KEY, JSON.stringify({ name: live.user.name, dismissed }));
  };

  const accept = (update: SessionUpdate, requestedAt: number, ageMs: number): boolean => {
    const { session, user } = update;
    const { live } = store;
    const serverTime = serverTimeOf(session);
    const isOther = live?.session.id !== session.id;
    // Outdated only if older on both clocks, since either may have been set back.
    const isOlder = live && serverTime < serverTimeOf(live.session) && requestedAt < live.requestedAt;
    if (isOlder || pastIds.includes(session.id)) return false;
    if (user) {
      if (isOther) pastIds.push(live?.session.id);
      const tokenUntil = serverTime + update.expires_in * TOKEN_SECOND_MS;
      store.live = { session, user, token: update.access_token, tokenUntil, requestedAt };
    } else if (live && !isOther) {
      store.live = { ...live, session };
      if (update.expires_in === 0) store.live.tokenUntil = 0;
    } else return false;
    store.signedOut = null;
    // A grant may have been delayed on this machine by sleep, or by a frozen tab that delivered it late.
    if (user) store.isStale = Math.abs(wall() - requestedAt) > RESPONSE_FRESH_MS;
    if (user || serverTime > clock.now()) clock.set(serverTime + ageMs);
    return true;
  };

  const end = (
    id: string | undefined,
    ended: SessionEnd | null,
    isOwn?: boolean,
    isFromOtherTab?: boolean,
  ): void => {
    const { live, signedOut } = store;
    if (id !== live?.session.id || (signedOut && !live)) return;
    if (store.deferredMs() > 0 && !isOwn) {
      store.isStale = true;
      return;
    }
    if (!isFromOtherTab) {
      storage.remove(STORAGE_KEY);
      if (id) post(["ended", id, ended, isOwn]);
    }
    pastIds.push(id);
    store.signedOut = { status: "signed_out", ended, user_id: live?.user.id ?? null };
    store.live = store.dismissed = null;
    onChange();
  };
  const defer = (id: string | undefined): void => {
    deferredId = id;
    deferredUntil = monotonic() + DEFER_END_MS;
    onChange();
  };

  const store: SessionStore = {
    live: null,
    signedOut: null,
    dismissed: stored.dismissed ?? null,
    hasUser: stored.name !== undefined,
    isStale: false,
    apply(update, requestedAt, activityAgoMs) {
      if (!accept(update, requestedAt, 0)) return;
      save();
      post(["update", update, requestedAt, wall(), activityAgoMs]);
      onChange();
    },
    accept,
    end,
    leave: () => end(store.live?.session.id, null, true),
    deferEnd(call) {
      const deferInEveryTab = (id: string | undefined): void => {
        defer(id);
        post(["defer", id]);
      };
      deferInEveryTab(store.live?.session.id);
      return call().catch((error: unknown) => {
        deferInEveryTab(undefined);
        throw error;
      });
    },
    deferredMs: () => (store.live && store.live.session.id === deferredId ? deferredUntil - monotonic() : 0),
    dismiss() {
      store.dismissed = store.live && nearerDeadline(store.live.session).expires_at;
      save();
      post(["dismissed", store.dismissed]);
      onChange();
    },
    handlers: {
      dismissed(deadline) {
        store.dismissed = deadline;
        onChange();
      },
      ended: (id, ended, isOwn) => end(id, ended, isOwn, true),
      defer,
    },
  };
  return store;
}
