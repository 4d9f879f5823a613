import type { Session, User } from "../api/contract.js";
import type { SessionEnd } from "../api/problem.js";
import { NEXT_SIGN_IN_MS, PATIENCE_MS, RESPONSE_FRESH_MS, TOKEN_SECOND_MS } from "./durations.js";
import { nearerDeadline } from "./expiry.js";
import type { SessionState } from "./model.js";
import type { Ports } from "./ports.js";
import type { ServerClock } from "./server-clock.js";
import type { SessionUpdate, TabMessage, TabMessageHandlers } from "./tab-messages.js";

/** The session that this tab is signed in to. */
export interface LiveSession {
  readonly session: Session;
  readonly user: User;
  readonly token: string;
  /** When the token must be replaced, in server time: shortly before it expires. */
  tokenUntil: number;
  /** When the newest grant was requested, on this machine's wall clock. */
  readonly sentAt: number;
}

/** The session of one tab, kept consistent with the other tabs. */
export interface SessionStore {
  live: LiveSession | null;
  /** Set when no user is signed in; null together with `live` until the server has answered. */
  signedOut: Extract<SessionState, { status: "signed_out" }> | null;
  /** The deadline whose warning the user dismissed. */
  dismissed?: string | null | undefined;
  /** Whether the server refuses proofs of this browser's key, so that the user must sign in again. */
  needs_sign_in: boolean;
  /** Whether the server is not reached because this browser's storage provides no proof. */
  storage_trouble?: true | undefined;
  /** Whether the session may be outdated, or the host has begun one, so that a refresh is needed. */
  isStale: boolean;
  /** Reads storage; returns whether a user was signed in. */
  read(): boolean;
  /** Applies the response to a request made at `sentAt` and sends it to the other tabs. */
  apply(update: SessionUpdate, sentAt: number, activityAgoMs: number): void;
  /** Applies an update that another tab received `ageMs` ago; returns whether it is newer. */
  accept(update: SessionUpdate, sentAt: number, ageMs: number): boolean;
  /**
   * Ends session `id` in every tab and in storage, as reported by the server.
   *
   * @param isOwn whether this browser ended it itself
   * @param isHereOnly whether to leave storage and the other tabs as they are
   */
  end(id: string | undefined, end: SessionEnd | null, isOwn?: boolean, isHereOnly?: true): void;
  /** Clears the session in every tab, without a reason. */
  leave(): void;
  /**
   * Makes every tab ignore the end of the session while `call` ends it and until `leave()`, for ten seconds at most.
   *
   * @param isSlow whether people take their time in it, so that the ten seconds begin with the end
   */
  deferEnd<T>(call: () => Promise<T>, isSlow?: true): Promise<T>;
  /** Milliseconds until the end of the session is not deferred any more; not positive if it is not deferred. */
  deferMs(): number;
  /** Ignores the end of the session in this tab for ten seconds, because the page is about to be left. */
  deferHere(): void;
  dismiss(): void;
  /** Sends a message to the other tabs. */
  post(message: TabMessage): void;
  readonly handlers: Pick<TabMessageHandlers, "dismissed" | "ended" | "defer">;
}

/** The only entry in storage: the session's last deadline and the dismissed one, never a token or a name. */
interface Stored {
  until?: string;
  dismissed?: string | null | undefined;
}

/** The server's time when it sent a session: the client's clock may be wrong. */
const serverTimeOf = ({ absolute_expires_at, absolute_expires_in_ms }: Session): number =>
  Date.parse(absolute_expires_at) - absolute_expires_in_ms;

/**
 * @param isHost the host's cookie is the credential, and may return to a session of before
 * @param onChange called after each change
 */
export function createSessionStore(
  ports: Ports,
  clock: ServerClock,
  isHost: boolean | undefined,
  onChange: () => void,
): SessionStore {
  const { monotonic, wall } = ports.clock;
  /** When the sessions of before ended or were replaced, on this machine's wall clock. */
  const pastIds: Record<string, number> = {};
  let deferredId: string | undefined;
  let deferredUntil = 0;
  /** The session whose end will be deferred, since a slow call may be about to replace it. */
  let awaitedId: string | undefined;
  /** The session that a host has reported as signed out, and its end. */
  let hostSignOut: { id: string | undefined; ended: SessionEnd | null } | undefined;

  let stored: Stored = {};

  const post = (message: TabMessage): void => ports.channel?.postMessage(message);
  const save = (): void => {
    const { live, dismissed } = store;
    if (!live) return;
    const entry: Stored = { until: live.session.absolute_expires_at, dismissed };
    ports.storage((storage) => storage.setItem(ports.name, JSON.stringify(entry)));
  };

  const accept = (update: SessionUpdate, sentAt: number, ageMs: number): boolean => {
    const { session, user } = update;
    const { live } = store;
    const serverTime = serverTimeOf(session);
    const isOther = live?.session.id !== session.id;
    // Outdated only if older on both clocks, since either may have been set back.
    const isOlder = live && serverTime < serverTimeOf(live.session) && sentAt < live.sentAt;
    // A host may return to one of them, as to the account that a user was in before.
    const isPast = (pastIds[session.id] ?? -1) >= (isHost ? sentAt : 0);
    if (isOlder || isPast) return false;
    if (user) {
      if (isOther && live) pastIds[live.session.id] = wall();
      const tokenUntil = serverTime + update.expires_in * TOKEN_SECOND_MS;
      store.live = { session, user, token: update.access_token, tokenUntil, sentAt };
    } else if (live && !isOther) {
      store.live = { ...live, session };
      if (update.expires_in === 0) store.live.tokenUntil = 0;
    } else return false;
    store.signedOut = null;
    // A grant may have been delayed on this machine by sleep, or by a frozen tab that delivered it late.
    if (user) store.isStale = Math.abs(wall() - sentAt) > RESPONSE_FRESH_MS;
    if (user || serverTime > clock.now()) clock.set(serverTime + ageMs);
    return true;
  };

  const end = (
    id: string | undefined,
    ended: SessionEnd | null,
    isOwn?: boolean,
    isHereOnly?: true,
  ): void => {
    const { live, signedOut } = store;
    if (id !== live?.session.id) return;
    // A host also ends a session because the user signs in again: the next session's cookie may be on its way.
    const isNew = isHost && ended?.reason === "signed_out" && id !== hostSignOut?.id;
    if (isNew) hostSignOut = { id, ended };
    const waitMs = id === awaitedId ? PATIENCE_MS : isNew ? NEXT_SIGN_IN_MS : 0;
    // Another tab that tells an end has waited itself.
    if (!signedOut && id && !isHereOnly && waitMs > store.deferMs()) {
      awaitedId = undefined;
      deferFor(waitMs, id);
    }
    const isDeferred = store.deferMs() > 0 && !isOwn;
    if (signedOut || isDeferred) {
      store.isStale = isDeferred;
      return;
    }
    if (!isHereOnly) {
      ports.storage((storage) => storage.removeItem(ports.name));
      if (id) post(["ended", id, ended, isOwn, true]);
    }
    if (id) pastIds[id] = wall();
    if (!isOwn && id === hostSignOut?.id) ended ??= hostSignOut?.ended ?? null;
    const isUntold = !ended && !isOwn;
    const { reason, expires_at = stored.until as string } = live ? nearerDeadline(live.session) : {};
    const isOver = !(Date.parse(expires_at) > clock.latest());
    store.signedOut = {
      status: "signed_out",
      // The browser has deleted the cookie at the deadline.
      ended: isUntold && isOver && reason ? { code: "session_expired", reason, ended_at: expires_at } : ended,
      user_id: live?.user.id ?? null,
      lost: (isUntold && !isOver) || undefined,
    };
    store.live = store.dismissed = null;
    onChange();
  };
  const deferFor = (durationMs: number, id: string | undefined): void => {
    deferredId = id;
    deferredUntil = monotonic() + durationMs;
    onChange();
  };
  const defer = (id: string | undefined, isSlow?: true): void => {
    awaitedId = isSlow && id;
    if (!isSlow) deferFor(PATIENCE_MS, id);
  };

  const setDismissed = (deadline: string | null): void => {
    store.dismissed = deadline;
    onChange();
  };

  const store: SessionStore = {
    live: null,
    signedOut: null,
    needs_sign_in: false,
    isStale: false,
    read() {
      stored = ports.storage((storage) => JSON.parse(storage.getItem(ports.name) as string)) ?? {};
      store.dismissed = stored.dismissed;
      return !!stored.until;
    },
    apply(update, sentAt, activityAgoMs) {
      if (!accept(update, sentAt, 0)) return;
      save();
      post(["update", update, sentAt, wall(), activityAgoMs]);
      onChange();
    },
    accept,
    end,
    leave: () => end(store.live?.session.id, null, true),
    deferEnd(call, isSlow) {
      const deferInEveryTab = (id?: string): void => {
        defer(id, isSlow);
        post(["defer", id, isSlow]);
      };
      const settle = (): void => deferInEveryTab();
      deferInEveryTab(store.live?.session.id);
      const answer = call();
      answer.then(isSlow && settle, settle);
      return answer;
    },
    deferMs: () => (store.live && store.live.session.id === deferredId ? deferredUntil - monotonic() : 0),
    deferHere: () => deferFor(PATIENCE_MS, store.live?.session.id),
    dismiss() {
      setDismissed(store.live && nearerDeadline(store.live.session).expires_at);
      save();
      post(["dismissed", store.dismissed]);
    },
    post,
    handlers: {
      dismissed: setDismissed,
      ended: end,
      defer,
    },
  };
  return store;
}
