import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADA, asked, MINUTE, openTab, outcome, REFRESH, SECOND, setStage } from "./stage.js";
import { happen, type Step, type Story, storiesOf } from "./story.js";
import { allAgree, FINDS_OUT_MS, holdsAlways, passesADeadline } from "./story-rules.js";

/** Ada signs in, in the first of some tabs, with an idle timeout of a quarter of an hour. */
async function begin(tabs: number, seed: number): Promise<Story> {
  const stage = setStage(seed);
  stage.server.idleMinutes = 15;
  stage.server.absoluteMinutes = 240;
  const awakeSince = new Map();
  for (let count = 0; count < tabs; count++) awakeSince.set(await openTab(stage), stage.time.now());
  const [first] = stage.browser.tabs;
  if (first) await outcome(stage, first.session.signIn(ADA));
  const now = stage.time.now();
  const begunAt = stage.server.log.length;
  return {
    ...stage,
    begunAt,
    touchedAt: now,
    steppedAt: Number.NEGATIVE_INFINITY,
    calmSince: now,
    awakeSince,
    allowed: [now],
    acting: new Set(),
    isTorn: false,
  };
}

/** Tells a story, and asks after each step whether the rules hold. */
async function tell(tabs: number, seed: number, steps: readonly Step[]): Promise<Story> {
  const story = await begin(tabs, seed);
  for (const step of steps) {
    await happen(story, step);
    holdsAlways(story);
  }
  return story;
}

/** Takes away whatever hinders, and waits until everyone can have found out. */
async function calmDown(story: Story): Promise<void> {
  story.server.isDown = false;
  story.browser.network.isOffline = false;
  story.browser.network.losesAnswers = 0;
  for (const tab of story.browser.tabs) if (tab.isAlive()) tab.show();
  await story.time.advance(FINDS_OUT_MS);
  // A deadline that passes at this very moment is one that no tab can have heard of.
  if (passesADeadline(story)) await story.time.advance(10 * SECOND);
}

const tabs = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 2, max: 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 6, max: 20 }) },
);
const seed = fc.nat();

const LIFE = {
  wait: 8,
  idle: 4,
  click: 6,
  move: 4,
  work: 2,
  load: 2,
  loadHidden: 1,
  close: 1,
  closeHolder: 1,
  hide: 2,
  show: 2,
  offline: 1,
  online: 2,
  outage: 1,
  recovery: 2,
  loseAnswers: 2,
  cutStreams: 1,
  latency: 1,
  call: 4,
  stay: 1,
  dismiss: 1,
  revoke: 1,
  shorten: 1,
  signIn: 2,
  changePassword: 1,
  signOut: 1,
  endEverySession: 1,
} as const;

/** How many times as many stories are told, each time others (`npm run test:stories`); otherwise always the same. */
const { CURFEW_STORIES } = process.env;

const runs = (numRuns: number) =>
  CURFEW_STORIES === undefined
    ? { numRuns, seed: 20_261_124 }
    : { numRuns: numRuns * Number(CURFEW_STORIES) };

describe("whatever happens", () => {
  test("the tabs keep what the server holds live, leave what it has ended, and agree", async () => {
    const stories = storiesOf({ ...LIFE, sleep: 2, freeze: 2, freezeHolder: 1, thaw: 3, stepForward: 1 }, 25);
    await fc.assert(
      fc.asyncProperty(tabs, seed, stories, async (count, random, steps) => {
        const story = await tell(count, random, steps);
        await calmDown(story);
        allAgree(story);
      }),
      runs(150),
    );
  }, 600_000);

  test("so too where the machine's clock is set back and forth", async () => {
    const stories = storiesOf({ ...LIFE, stepForward: 4, stepBack: 4 }, 25);
    await fc.assert(
      fc.asyncProperty(tabs, seed, stories, async (count, random, steps) => {
        const story = await tell(count, random, steps);
        await calmDown(story);
        allAgree(story);
      }),
      runs(75),
    );
  }, 600_000);
});

describe("a calm day", () => {
  test("takes at most one refresh a minute, beside those that page loads and the person ask for", async () => {
    const stories = storiesOf(
      { wait: 6, idle: 2, click: 5, move: 5, work: 3, load: 1, hide: 1, show: 1 },
      30,
    );
    await fc.assert(
      fc.asyncProperty(tabs, seed, stories, async (count, random, steps) => {
        const story = await tell(count, random, steps);
        const moments = story.server.log
          .slice(story.begunAt)
          .filter(
            ({ path, at }) =>
              path === REFRESH && !story.allowed.some((moment) => at - moment >= 0 && at - moment < SECOND),
          )
          .map(({ at }) => at);
        const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
        expect(gaps.filter((gap) => gap < MINUTE)).toEqual([]);
      }),
      runs(75),
    );
  }, 600_000);

  test("lets a session that nobody touches die at its idle deadline, however many tabs there are", async () => {
    await fc.assert(
      fc.asyncProperty(tabs, seed, async (count, random) => {
        const story = await begin(count, random);
        const before = asked(story, REFRESH);
        await story.time.advance(15 * MINUTE + 5 * SECOND);
        for (const tab of story.browser.tabs)
          expect(tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
        expect(asked(story, REFRESH) - before).toBeLessThan(10);
      }),
      runs(20),
    );
  }, 600_000);
});
