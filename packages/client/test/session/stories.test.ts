import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isThorough } from "../../../../scripts/checks/rounds.js";
import { ADA, createContext, MINUTE, openTab, REFRESH, requestCount, SECOND, settle } from "./context.js";
import { runStep, type Step, type Story, storiesOf } from "./story.js";
import { CONVERGENCE_MS, expectAgreement, expectInvariants, isAtDeadline } from "./story-rules.js";

/** Opens tabs and signs Ada in, with an idle timeout of 15 minutes. */
async function begin(tabs: number, seed: number): Promise<Story> {
  const context = createContext(seed);
  context.server.idleMinutes = 15;
  context.server.absoluteMinutes = 240;
  const awakeSince = new Map();
  for (let count = 0; count < tabs; count++) awakeSince.set(await openTab(context), context.time.now());
  const [first] = context.browser.tabs;
  if (first) await settle(context, first.session.signIn(ADA));
  const now = context.time.now();
  const requestsBefore = context.server.log.length;
  return {
    ...context,
    requestsBefore,
    activeAt: now,
    clockSetAt: Number.NEGATIVE_INFINITY,
    calmSince: now,
    awakeSince,
    refreshesAllowedAt: [now],
    acting: new Set(),
    wasActionCut: false,
  };
}

/** Runs a story and checks the invariants after each step. */
async function run(tabs: number, seed: number, steps: readonly Step[]): Promise<Story> {
  const story = await begin(tabs, seed);
  for (const step of steps) {
    await runStep(story, step);
    expectInvariants(story);
  }
  return story;
}

/** Ends all disturbances and waits until every tab has converged. */
async function calmDown(story: Story): Promise<void> {
  story.server.isDown = false;
  story.browser.keyStorage = "works";
  story.browser.network.isOffline = false;
  story.browser.network.losesAnswers = 0;
  for (const tab of story.browser.tabs) if (tab.isAlive()) tab.show();
  await story.time.advance(CONVERGENCE_MS);
  // No tab can have converged on a deadline that passes at this moment.
  if (isAtDeadline(story)) await story.time.advance(10 * SECOND);
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
  hangKeys: 1,
  freeKeys: 2,
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

/**
 * Multiplies the number of stories and randomises them (`npm run test:stories`); by default the stories are fixed, and `npm test`
 * runs the first half of those of CI.
 */
const { CURFEW_STORIES } = process.env;

const runs = (numRuns: number) =>
  CURFEW_STORIES === undefined
    ? { numRuns: isThorough ? numRuns : Math.ceil(numRuns / 2), seed: 20_261_124 }
    : { numRuns: numRuns * Number(CURFEW_STORIES) };

describe("under random disturbances", () => {
  test("the tabs keep live sessions, leave ended ones and agree with the server", async () => {
    const stories = storiesOf({ ...LIFE, sleep: 2, freeze: 2, freezeHolder: 1, thaw: 3, stepForward: 1 }, 25);
    await fc.assert(
      fc.asyncProperty(tabs, seed, stories, async (count, random, steps) => {
        const story = await run(count, random, steps);
        await calmDown(story);
        expectAgreement(story);
      }),
      runs(150),
    );
  }, 600_000);

  test("the tabs do so while the machine's clock is set back and forth", async () => {
    const stories = storiesOf({ ...LIFE, stepForward: 4, stepBack: 4 }, 25);
    await fc.assert(
      fc.asyncProperty(tabs, seed, stories, async (count, random, steps) => {
        const story = await run(count, random, steps);
        await calmDown(story);
        expectAgreement(story);
      }),
      runs(75),
    );
  }, 600_000);
});

describe("without disturbances", () => {
  test("there is at most one refresh a minute, apart from page loads and deliberate acts", async () => {
    const stories = storiesOf(
      { wait: 6, idle: 2, click: 5, move: 5, work: 3, load: 1, hide: 1, show: 1 },
      30,
    );
    await fc.assert(
      fc.asyncProperty(tabs, seed, stories, async (count, random, steps) => {
        const story = await run(count, random, steps);
        const moments = story.server.log
          .slice(story.requestsBefore)
          .filter(
            ({ path, at }) =>
              path === REFRESH &&
              !story.refreshesAllowedAt.some((moment) => at - moment >= 0 && at - moment < SECOND),
          )
          .map(({ at }) => at);
        const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
        expect(gaps.filter((gap) => gap < MINUTE)).toEqual([]);
      }),
      runs(75),
    );
  }, 600_000);

  test("an unused session expires at its idle deadline with any number of tabs", async () => {
    await fc.assert(
      fc.asyncProperty(tabs, seed, async (count, random) => {
        const story = await begin(count, random);
        const before = requestCount(story, REFRESH);
        await story.time.advance(15 * MINUTE + 5 * SECOND);
        for (const tab of story.browser.tabs)
          expect(tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
        expect(requestCount(story, REFRESH) - before).toBeLessThan(10);
      }),
      runs(20),
    );
  }, 600_000);
});
