import fc from "fast-check";
import type { FakeTab } from "../../testing/index.js";
import { ADA, GRACE, MINUTE, SECOND, type Stage } from "./stage.js";

/** One thing that happens; `tab` is taken modulo the tabs there are, `ms` is how long it lasts or what it is moved by. */
export interface Step {
  kind: keyof typeof HAPPENINGS;
  tab: number;
  ms: number;
}

/** What is true of a story as it goes, beside what its browser and server know. */
export interface Story extends Stage {
  /** How many calls the server had been asked when it began. */
  begunAt: number;
  /** When the person last did what counts as activity, in true time. */
  touchedAt: number;
  /** When the machine's clock was last set: of a touch within the minute before, nobody can say how long it is past. */
  steppedAt: number;
  /** Since when the server could be reached, by a machine that was awake, with its clock in step. */
  calmSince: number;
  /** Since when each tab has run without a pause. */
  awakeSince: Map<FakeTab, number>;
  /** When the server was asked for a page load, a deliberate stay or a sign-in. */
  allowed: number[];
  /** The tabs in which the person does something to the session that is not through, or that the others don't know yet. */
  acting: Set<FakeTab>;
  /** A tab died in the middle of that: only a reload shows what became of it. */
  isTorn: boolean;
}

const awakeTabs = ({ browser }: Story): FakeTab[] => browser.tabs.filter((tab) => tab.isAwake());

const showsIdleWarning = (tab: FakeTab): boolean => {
  const state = tab.session.getState();
  return state.status === "signed_in" && state.expiry.reason === "idle";
};

function act(story: Story, tab: FakeTab, attempt: (tab: FakeTab) => Promise<unknown>): void {
  if (!tab.isAwake() || story.acting.has(tab)) return;
  story.acting.add(tab);
  attempt(tab)
    .catch(() => undefined)
    .finally(() => story.time.after(50, () => story.acting.delete(tab)));
}

function kill(story: Story, tab: FakeTab | null): void {
  if (!tab?.isAlive() || awakeTabs(story).every((one) => one === tab)) return;
  if (story.acting.delete(tab)) story.isTorn = true;
  story.browser.kill(tab);
}

const counts = (story: Story): void => {
  story.touchedAt = story.time.now();
};
const allow = (story: Story): void => void story.allowed.push(story.time.now());

const unrest = (story: Story): void => {
  story.calmSince = Number.POSITIVE_INFINITY;
};
const restIfReachable = (story: Story): void => {
  if (!story.browser.network.isOffline && !story.server.isDown) story.calmSince = story.time.now();
};

type Happening = (story: Story, tab: FakeTab, ms: number) => void | Promise<void>;

const HAPPENINGS = {
  wait: ({ time }, _tab, ms) => time.advance(ms),
  idle: ({ time }, _tab, ms) => time.advance(ms * 8),
  click(story, tab) {
    if (!tab.isAwake()) return;
    if (awakeTabs(story).some(showsIdleWarning)) allow(story);
    counts(story);
    tab.touch();
  },
  move(story, tab) {
    if (!tab.isAwake() || awakeTabs(story).some(showsIdleWarning)) return;
    counts(story);
    tab.touch({ deliberate: false });
  },
  async work(story, tab) {
    for (let second = 0; second < 90 && tab.isAwake(); second += 3) {
      counts(story);
      tab.touch();
      await story.time.advance(3 * SECOND);
    }
  },
  load(story) {
    if (story.browser.tabs.length >= 24) return;
    allow(story);
    counts(story);
    const tab = story.browser.open();
    story.awakeSince.set(tab, story.time.now());
    tab.session.start();
  },
  loadHidden(story) {
    if (story.browser.tabs.length >= 24) return;
    allow(story);
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
    if (holder) HAPPENINGS.freeze(story, holder);
  },
  thaw(story, tab) {
    if (!tab.isAlive() || tab.isAwake()) return;
    tab.thaw();
    tab.comeBack();
    story.awakeSince.set(tab, story.time.now());
  },
  hide(story, tab) {
    if (awakeTabs(story).filter((one) => one.ports.visible()).length < 2) return;
    tab.hide();
    tab.throttle(MINUTE);
  },
  show(story, tab) {
    if (!tab.isAlive()) return;
    if (!tab.isAwake()) story.awakeSince.set(tab, story.time.now());
    tab.show();
  },
  async sleep(story, _tab, ms) {
    unrest(story);
    await story.browser.sleep(ms * 4);
    for (const tab of awakeTabs(story)) story.awakeSince.set(tab, story.time.now());
    restIfReachable(story);
  },
  stepForward(story, _tab, ms) {
    story.steppedAt = story.time.now();
    story.browser.stepClock(ms * 20);
  },
  stepBack(story, _tab, ms) {
    story.steppedAt = story.time.now();
    story.browser.stepClock(-ms * 20);
  },
  offline(story) {
    story.browser.network.isOffline = true;
    unrest(story);
  },
  online(story) {
    story.browser.network.isOffline = false;
    for (const tab of awakeTabs(story)) tab.comeBack();
    restIfReachable(story);
  },
  outage(story) {
    story.server.isDown = true;
    unrest(story);
  },
  recovery(story) {
    story.server.isDown = false;
    restIfReachable(story);
  },
  loseAnswers(story, tab) {
    story.browser.network.losesAnswers = 1 + (tab.name.length % 2);
    restIfReachable(story);
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
    allow(story);
    counts(story);
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
    allow(story);
    counts(story);
    act(story, tab, async ({ session }) => {
      await session.signIn(tab.name.length % 2 ? ADA : GRACE);
      counts(story);
    });
  },
  changePassword: (story, tab) => {
    if (!tab.isAwake()) return;
    allow(story);
    counts(story);
    tab.touch();
    act(story, tab, async ({ session }) => {
      await session.changePassword({ current_password: "a", new_password: "b" });
      counts(story);
    });
  },
  signOut: (story, tab) => act(story, tab, ({ session }) => session.signOut()),
  endEverySession: (story, tab) =>
    act(story, tab, ({ session }) => session.endEverySession().then(() => session.leave())),
} as const satisfies Record<string, Happening>;

/** Lets one thing happen, and a moment pass. */
export async function happen(story: Story, { kind, tab, ms }: Step): Promise<void> {
  const { tabs } = story.browser;
  const chosen = tabs[tab % tabs.length];
  if (!chosen) return;
  const happening: Happening = HAPPENINGS[kind];
  await happening(story, chosen, ms);
  await story.time.advance(7);
}

/** Stories of these happenings, each as likely as its weight. */
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
