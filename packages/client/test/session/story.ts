import fc from "fast-check";
import type { FakeTab } from "../../testing/index.js";
import { ADA, GRACE, MINUTE, SECOND, type TestContext } from "./context.js";

/** One step of a story; `tab` is taken modulo the number of tabs, `ms` is a duration or an offset. */
export interface Step {
  kind: keyof typeof ACTIONS;
  tab: number;
  ms: number;
}

/** A random sequence of steps, with the facts about it that its rules need. */
export interface Story extends TestContext {
  /** How many requests the server had received when the story began. */
  requestsBefore: number;
  /** The true time of the last activity. */
  activeAt: number;
  /** When the machine's clock was last set: the age of activity within the minute before is unknown. */
  clockSetAt: number;
  /** Since when the machine has been awake and the server reachable. */
  calmSince: number;
  /** Since when each tab has run without interruption. */
  awakeSince: Map<FakeTab, number>;
  /** When a page load, staySignedIn() or a sign-in allowed an additional refresh. */
  refreshesAllowedAt: number[];
  /** Tabs with a running session action, or one whose result has not reached the others. */
  acting: Set<FakeTab>;
  /** A tab was closed during such an action: the others learn its result only on a reload. */
  wasActionCut: boolean;
}

const awakeTabs = ({ browser }: Story): FakeTab[] => browser.tabs.filter((tab) => tab.isAwake());

const showsIdleWarning = (tab: FakeTab): boolean => {
  const state = tab.session.getState();
  return state.status === "signed_in" && state.expiry.reason === "idle";
};

function act(story: Story, tab: FakeTab, action: (tab: FakeTab) => Promise<unknown>): void {
  if (!tab.isAwake() || story.acting.has(tab)) return;
  story.acting.add(tab);
  action(tab)
    .catch(() => undefined)
    .finally(() => story.time.after(50, () => story.acting.delete(tab)));
}

function kill(story: Story, tab: FakeTab | null): void {
  if (!tab?.isAlive() || awakeTabs(story).every((other) => other === tab)) return;
  if (story.acting.delete(tab)) story.wasActionCut = true;
  story.browser.kill(tab);
}

const markActive = (story: Story): void => {
  story.activeAt = story.time.now();
};
const allowRefresh = (story: Story): void => void story.refreshesAllowedAt.push(story.time.now());

const disturb = (story: Story): void => {
  story.calmSince = Number.POSITIVE_INFINITY;
};
const calmIfReachable = (story: Story): void => {
  const { browser, server, time } = story;
  if (!browser.network.isOffline && !server.isDown && browser.keyStorage === "works")
    story.calmSince = time.now();
};

type Action = (story: Story, tab: FakeTab, ms: number) => void | Promise<void>;

const ACTIONS = {
  wait: ({ time }, _tab, ms) => time.advance(ms),
  idle: ({ time }, _tab, ms) => time.advance(ms * 8),
  click(story, tab) {
    if (!tab.isAwake()) return;
    if (awakeTabs(story).some(showsIdleWarning)) allowRefresh(story);
    markActive(story);
    tab.touch();
  },
  move(story, tab) {
    if (!tab.isAwake() || awakeTabs(story).some(showsIdleWarning)) return;
    markActive(story);
    tab.touch({ deliberate: false });
  },
  async work(story, tab) {
    for (let second = 0; second < 90 && tab.isAwake(); second += 3) {
      markActive(story);
      tab.touch();
      await story.time.advance(3 * SECOND);
    }
  },
  load(story) {
    if (story.browser.tabs.length >= 24) return;
    allowRefresh(story);
    markActive(story);
    const tab = story.browser.open();
    story.awakeSince.set(tab, story.time.now());
    tab.session.start();
  },
  loadHidden(story) {
    if (story.browser.tabs.length >= 24) return;
    allowRefresh(story);
    const tab = story.browser.open({ isVisible: false });
    story.awakeSince.set(tab, story.time.now());
    tab.session.start();
  },
  close: kill,
  closeHolder(story) {
    const { locks } = story.browser;
    kill(story, locks.holder("curfew-auth") ?? locks.holder("curfew-events"));
  },
  freeze(story, tab) {
    if (awakeTabs(story).length < 2) return;
    tab.freeze();
    story.awakeSince.delete(tab);
  },
  freezeHolder(story) {
    const holder = story.browser.locks.holder("curfew-auth");
    if (holder) ACTIONS.freeze(story, holder);
  },
  thaw(story, tab) {
    if (!tab.isAlive() || tab.isAwake()) return;
    tab.thaw();
    tab.comeBack();
    story.awakeSince.set(tab, story.time.now());
  },
  hide(story, tab) {
    if (awakeTabs(story).filter((other) => other.ports.visible()).length < 2) return;
    tab.hide();
    tab.throttle(MINUTE);
  },
  show(story, tab) {
    if (!tab.isAlive()) return;
    if (!tab.isAwake()) story.awakeSince.set(tab, story.time.now());
    tab.show();
  },
  async sleep(story, _tab, ms) {
    disturb(story);
    await story.browser.sleep(ms * 4);
    for (const tab of awakeTabs(story)) story.awakeSince.set(tab, story.time.now());
    calmIfReachable(story);
  },
  stepForward(story, _tab, ms) {
    story.clockSetAt = story.time.now();
    story.browser.stepClock(ms * 20);
  },
  stepBack(story, _tab, ms) {
    story.clockSetAt = story.time.now();
    story.browser.stepClock(-ms * 20);
  },
  offline(story) {
    story.browser.network.isOffline = true;
    disturb(story);
  },
  online(story) {
    story.browser.network.isOffline = false;
    for (const tab of awakeTabs(story)) tab.comeBack();
    calmIfReachable(story);
  },
  outage(story) {
    story.server.isDown = true;
    disturb(story);
  },
  recovery(story) {
    story.server.isDown = false;
    calmIfReachable(story);
  },
  hangKeys(story) {
    story.browser.keyStorage = "hangs";
    disturb(story);
  },
  freeKeys(story) {
    story.browser.keyStorage = "works";
    calmIfReachable(story);
  },
  loseAnswers(story, tab) {
    story.browser.network.losesAnswers = 1 + (tab.name.length % 2);
    calmIfReachable(story);
  },
  cutStreams: ({ browser }) => browser.network.cut(),
  latency(story, _tab, ms) {
    story.browser.network.latencyMs = 1 + (ms % 900);
  },
  call(_story, tab) {
    if (tab.isAwake()) tab.session.api("GET /api/accounts/me").catch(() => undefined);
  },
  stay(story, tab) {
    if (!tab.isAwake()) return;
    allowRefresh(story);
    markActive(story);
    act(story, tab, ({ session }) => session.staySignedIn());
  },
  dismiss(_story, tab) {
    if (tab.isAwake() && tab.session.getState().status === "signed_in") tab.session.dismissWarning();
  },
  revoke({ server, browser }) {
    if (browser.network.cookie) server.revoke(browser.network.cookie, "revoked_by_owner");
  },
  shorten({ server, browser }) {
    if (browser.network.cookie) server.shorten(browser.network.cookie, 12);
  },
  signIn(story, tab) {
    if (!tab.isAwake()) return;
    allowRefresh(story);
    markActive(story);
    act(story, tab, async ({ session }) => {
      await session.signIn(tab.name.length % 2 ? ADA : GRACE);
      markActive(story);
    });
  },
  changePassword: (story, tab) => {
    if (!tab.isAwake()) return;
    allowRefresh(story);
    markActive(story);
    tab.touch();
    act(story, tab, async ({ session }) => {
      await session.changePassword({ current_password: "a", new_password: "b" });
      markActive(story);
    });
  },
  signOut: (story, tab) => act(story, tab, ({ session }) => session.signOut()),
  endEverySession: (story, tab) =>
    act(story, tab, ({ session }) =>
      session
        .deferEnd(() => session.api("POST /api/accounts/me/security/revoke-sessions"))
        .then(() => session.leave()),
    ),
} as const satisfies Record<string, Action>;

/** Runs one step and lets a moment pass. */
export async function runStep(story: Story, { kind, tab, ms }: Step): Promise<void> {
  const { tabs } = story.browser;
  const chosen = tabs[tab % tabs.length];
  if (!chosen) return;
  const action: Action = ACTIONS[kind];
  await action(story, chosen, ms);
  await story.time.advance(7);
}

/** Arbitrary stories of these actions, each with its weight. */
export const storiesOf = (weights: Partial<Record<Step["kind"], number>>, maxLength: number) =>
  fc.array(
    fc.record({
      kind: fc.oneof(
        ...Object.entries(weights).map(([kind, weight]) => ({
          weight,
          arbitrary: fc.constant(kind as Step["kind"]),
        })),
      ),
      tab: fc.nat(23),
      ms: fc.integer({ min: 100, max: 2 * MINUTE }),
    }),
    { minLength: 3, maxLength },
  );
