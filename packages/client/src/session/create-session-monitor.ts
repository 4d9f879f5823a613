import { createApi } from "../api/create-api.js";
import { createActivityLog } from "./activity-log.js";
import { ACTIVITY_MS, FROZEN_MS, TICK_MS, TROUBLE_LASTS_MS } from "./durations.js";
import { createEvents } from "./events.js";
import { expiryOf, nearerDeadline } from "./expiry.js";
import { createListeners } from "./listeners.js";
import type { Ears, Message } from "./messages.js";
import type { CurfewSession, Expiry, SessionState } from "./model.js";
import { createOwnActs } from "./own-acts.js";
import type { Activity, Ports } from "./ports.js";
import { createRenewal } from "./renewal.js";
import { createSend } from "./send.js";
import { createServerClock } from "./server-clock.js";
import { createSessionBook, type Live } from "./session-book.js";

/**
 * Makes the session of this tab on whatever the ports stand on.
 *
 * @param options `warningSeconds`: how long before a deadline to warn (300 unless told)
 * @example const session = createSessionMonitor(ports); session.subscribe(render); session.start();
 */
export function createSessionMonitor(
  ports: Ports,
  { warningSeconds = 300 }: { warningSeconds?: number } = {},
): CurfewSession {
  const { monotonic, wall } = ports.clock;
  const warningMs = warningSeconds * 1000;
  const clock = createServerClock(ports.clock);
  const activity = createActivityLog(ports.clock);
  const changes = createListeners();
  const policyChanges = createListeners();

  let state: SessionState = { status: "loading", reconnecting: false };
  /** As it was at the last look, which is what the person sees. */
  let expiry: Expiry | null = null;
  let running: (undefined | (() => void))[] | null = null;
  let cancelLook = (): void => {};
  let lookedAt = 0;
  let troubleSince = Number.POSITIVE_INFINITY;

  const reached = (isReached: boolean): void => {
    if (isReached === (troubleSince === Number.POSITIVE_INFINITY)) return;
    troubleSince = isReached ? Number.POSITIVE_INFINITY : monotonic();
    look();
  };
  const book = createSessionBook(ports, clock, look);
  const api = createApi((call) => send(call));
  const renewal = createRenewal(ports, clock, book, activity, api, reached, look);
  const send = createSend(ports, clock, book, renewal);
  const hearOfPolicy = (): void => {
    // Tokens from before a policy that is applied now are refused, and whether it is one is not told.
    if (book.live) book.live.tokenUntil = 0;
    policyChanges.tell();
  };
  const events = createEvents(ports, book, send, reached, hearOfPolicy, look);

  const expiryNow = ({ session }: Live): Expiry => {
    // A warning that is up stays until the server has answered: what is said in it must not be lost.
    const isUp = expiry?.warning === "soon" && expiry.expires_at === nearerDeadline(session).expires_at;
    const atWork = !isUp && activity.unreported() && !renewal.isFailing();
    return expiryOf(session, clock.now(), warningMs, book.dismissed, atWork);
  };
  /** Whatever is told to the server now takes the idle warning away; within a minute of the last time it took none. */
  const isUnderWarning = (): boolean =>
    book.live !== null &&
    expiry?.reason === "idle" &&
    clock.now() - Date.parse(book.live.session.last_active_at) >= ACTIVITY_MS;
  const troubleLastsInMs = (): number => troubleSince + TROUBLE_LASTS_MS - monotonic();

  const needsWord = (): boolean => {
    if (!book.live) return !book.out;
    if (book.heldMs() > 0) return false;
    if (expiry?.warning === "now") return true;
    const isDue = renewal.dueInMs() === 0 || (activity.unreported() && isUnderWarning());
    return !renewal.isUnproven() && (book.isDoubtful || isDue);
  };

  const stateNow = (): SessionState => {
    const { live, out } = book;
    const reconnecting = troubleLastsInMs() <= 0;
    if (!live || !expiry) return out ?? { status: "loading", reconnecting };
    return {
      status: "signed_in",
      user: live.user,
      session: live.session,
      expiry,
      reconnecting,
      needs_sign_in: renewal.isUnproven(),
    };
  };

  const nextLookMs = (): number => {
    const leftMs = expiry ? expiry.remaining_ms : 0;
    const retryMs = needsWord() ? renewal.waitMs() : 0;
    const moments = [
      leftMs - warningMs,
      leftMs,
      troubleLastsInMs(),
      book.heldMs(),
      events.waitMs(),
      renewal.dueInMs(),
      retryMs,
    ];
    return Math.ceil(Math.min(TICK_MS, ...moments.filter((ms) => ms > 0)));
  };

  /** Begins what is due, tells what has changed, and sets the next look. */
  function look(): void {
    if (!running) return;
    lookedAt = monotonic();
    if (book.live && clock.drifted() && !book.isDoubtful) {
      book.isDoubtful = true;
      events.restart();
    }
    events.watch(book.live?.session.id);
    expiry = book.live && expiryNow(book.live);
    if (needsWord() && renewal.waitMs() === 0) renewal.renew(needsWord).catch(() => undefined);
    const next = stateNow();
    const isNew = JSON.stringify(next) !== JSON.stringify(state);
    if (isNew) state = next;
    cancelLook();
    if (!book.out) cancelLook = ports.after(nextLookMs(), look);
    // Last, since whoever listens may look again, or stop it all.
    if (isNew) changes.tell();
  }

  const touchedAgo = (agoMs: number): boolean => {
    const isFirst = !activity.unreported();
    const isNews = activity.touch(agoMs);
    if (isNews && (isFirst || clock.drifted())) look();
    return isNews;
  };
  const touch = (): void => {
    if (touchedAgo(0)) ports.channel?.post(["active", wall()] satisfies Message);
  };

  const staySignedIn = (): Promise<void> => {
    touch();
    return renewal.renew(activity.unreported);
  };

  /** Under the idle warning a deliberate act is an answer to it, and mere movement is none. */
  const touched = ({ deliberate }: Activity): void => {
    if (!book.out && (deliberate || !isUnderWarning())) touch();
  };

  const returned = (): void => {
    if (monotonic() - lookedAt > FROZEN_MS) book.isDoubtful = true;
    renewal.hurry();
    events.hurry();
    look();
  };

  const agoMs = (wallMs: number): number => Math.max(0, wall() - wallMs);
  const ears: Ears = {
    word(word, asked, heard, activeAgoMs) {
      const heardAgoMs = agoMs(heard);
      if (book.accept(word, asked, heardAgoMs) && word.user) {
        activity.touch(activeAgoMs + heardAgoMs);
        activity.reported(activeAgoMs + heardAgoMs);
        renewal.renewed(heardAgoMs);
      }
      look();
    },
    active(at) {
      if (!book.out) touchedAgo(agoMs(at));
    },
    ...book.ears,
    policy: hearOfPolicy,
    heartbeat: events.heard,
  };
  const hear = (message: unknown): void => {
    const [name, ...told] = message as Message;
    // A tab of another version may tell what this one knows nothing of.
    (ears[name] as ((...told: unknown[]) => void) | undefined)?.(...told);
  };

  return {
    api,
    getState: () => state,
    subscribe: changes.add,
    onPolicyChange: policyChanges.add,
    start({ quietly } = {}) {
      if (running) return;
      if (quietly && !book.knowsSomebody) book.ended(undefined, null);
      running = [ports.onActivity(touched), ports.onReturn(returned), ports.channel?.listen(hear)];
      if (ports.visible()) touch();
      look();
    },
    stop() {
      for (const end of running ?? []) end?.();
      running = null;
      cancelLook();
      events.watch(undefined);
    },
    now: clock.now,
    ...createOwnActs(ports, book, activity, renewal, api),
    staySignedIn,
    dismissWarning: book.dismiss,
    leave: book.leave,
  };
}
