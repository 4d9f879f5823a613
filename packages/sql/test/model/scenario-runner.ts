import { FakeClock } from "@curfew/core/testing";
import type { Action } from "./action.js";
import { toAction } from "./actions.js";
import { ACCOUNTS, ClientState, idOf, pick, pickNewest, USERS } from "./client-state.js";
import {
  type Comparison,
  compareEndings,
  comparePreview,
  compareState,
  compareTrail,
  compareVerification,
} from "./comparisons.js";
import { Reference } from "./reference.js";
import { deleteAccount, removeRows } from "./reference-deletion.js";
import { ReferenceOrders } from "./reference-orders.js";
import type { Scenario, Step } from "./steps.js";
import { type Deployment, TestEngine } from "./test-engine.js";

const SESSIONS_PER_USER = 3;
const DAY = 86_400_000;
/** A process reads the feed so often. */
const FEED_MS = 1000;
/** Ended sessions are deleted after 30 days. */
const MAX_DURATION_MS = 25 * DAY;

/**
 * Runs a scenario on the engine and on the reference. Throws the log of the scenario at the first difference.
 *
 * @param deployment null for engines on SQLite, as many as the scenario says
 */
export async function runScenario(scenario: Scenario, deployment: Deployment | null = null): Promise<void> {
  const runner = new ScenarioRunner(scenario, deployment);
  try {
    await runner.run(scenario.steps);
  } finally {
    await runner.stop();
  }
}

class ScenarioRunner {
  readonly #engine: TestEngine;
  readonly #clients = new ClientState();
  readonly #log: string[] = [];
  readonly #startedAt: number;
  readonly #orders: ReferenceOrders;
  #sessionCount = 0;
  #wasClockSetBack = false;

  constructor(scenario: Scenario, deployment: Deployment | null) {
    const { onDisk, replicas, graceSeconds, shadowLimit, settledAtOnce } = scenario;
    const { governedSinceMs, hostDecidesOwners } = scenario;
    const governedSince = governedSinceMs === null ? null : new FakeClock().now() + governedSinceMs;
    this.#engine = new TestEngine({
      deployment,
      replicas,
      onDisk,
      graceSeconds,
      settledAtOnce,
      shadowLimit,
      sessionsPerUser: SESSIONS_PER_USER,
      governedSince,
      hostDecidesOwners,
    });
    this.#startedAt = this.#engine.clock.now();
    const reference = new Reference(this.#startedAt, [...ACCOUNTS], {
      idle: { default: 60, min: 10, max: 43_200 },
      absolute: { default: 1440, min: 30, max: 129_600 },
      graceMs: graceSeconds * 1000,
      shadowLimit,
      sessionsPerUser: SESSIONS_PER_USER,
      accessTokenMs: 300_000,
      governedSince,
      hostDecidesOwners,
      idOf: (name) => this.#clients.idOf(name),
    });
    this.#orders = new ReferenceOrders(reference);
    this.#log.push(
      `${deployment?.replicas ?? replicas} replicas, grace ${graceSeconds} s, shadow limit ${shadowLimit}, ${onDisk ? "on disk" : "in memory"}, ${settledAtOnce} settled at once, governed since ${governedSince}, ${hostDecidesOwners ? "owners by the host" : "owners kept"}`,
    );
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#engine.start();
    for (const step of steps) {
      this.#wait(1);
      await this.#take(step);
    }
    await this.#take({ do: "sweep" });
    await this.#take({ do: "compare" });
    await this.#expectEqual("audit trail", (reference) =>
      compareTrail(this.#engine, this.#clients, reference),
    );
    await this.#engine.clock.advance(FEED_MS);
    await this.#compareEndings();
  }

  /** Every process has read the feed, so its listeners have heard of every revocation. */
  async #compareEndings(): Promise<void> {
    for (const heard of this.#engine.heard)
      await this.#expectEqual("endings", (reference) => compareEndings(heard, this.#clients, reference));
  }

  stop(): Promise<void> {
    return this.#engine.stop();
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case "prepare": {
        const { account, name } = pick(USERS, step.user) ?? USERS[0];
        const issued = await this.#engine.curfew.sessions.prepare(idOf(account), idOf(name));
        const expected = this.#orders.agreed((reference) => reference.prepare(account, name));
        if (expected !== null) this.#clients.prepared.push({ expected, issued });
        this.#record(`${name} of ${account} prepares a sign-in`);
        return;
      }
      case "wait":
        this.#record(`wait ${step.ms} ms${step.runsTimers ? "" : ", without timers"}`);
        this.#wait(step.ms);
        if (step.runsTimers) await this.#engine.runTimers();
        if (step.runsTimers && step.ms >= FEED_MS) await this.#compareEndings();
        return;
      case "wait until":
        return this.#waitUntil(step);
      case "set the clock":
        this.#record(`set the clock by ${step.ms} ms`);
        // Ends are recorded first, because setting the clock back undoes none of them.
        await this.#engine.runTimers();
        await this.#engine.sweepAll();
        this.#engine.clock.step(step.ms);
        this.#wasClockSetBack ||= step.ms < 0;
        await this.#engine.clock.advance(1000);
        this.#moveReference();
        return this.#compareEndings();
      case "sweep":
        this.#record("sweep");
        return this.#engine.sweepAll();
      case "compare":
        this.#record("compare");
        return this.#compareState();
      case "delete account":
        return this.#deleteAccount(pick(ACCOUNTS, step.account) ?? "North");
      case "crash":
        return this.#crash(step);
      case "concurrent":
        return this.#performConcurrently(step.steps);
      case "update policy":
        await this.#expectEqual("preview", (reference) => comparePreview(this.#engine, reference, step));
        return this.#perform(step);
      default:
        return this.#perform(step);
    }
  }

  #toAction(step: Step): Action | null {
    return toAction(step, this.#engine, this.#clients, this.#orders.any, () => {
      this.#sessionCount += 1;
      return `s${this.#sessionCount}`;
    });
  }

  async #perform(step: Step): Promise<void> {
    const action = this.#toAction(step);
    if (action === null) return;
    const result = await action.perform();
    await this.#engine.propagate();
    this.#record(action.description, result);
    await this.#expectEqual("result", (reference) => [action.predict(reference, result), result]);
    action.storeTokens(this.#orders);
  }

  /** Performs two actions concurrently. The results and the state must be those of one of the two orders. */
  async #performConcurrently(steps: readonly [Step, Step]): Promise<void> {
    const [first, second] = [this.#toAction(steps[0]), this.#toAction(steps[1])];
    if (first === null || second === null) return;
    const results = await Promise.all([first.perform(), second.perform()]);
    await this.#engine.propagate();
    this.#record(`concurrently: ${first.description}; ${second.description}`, results);
    const actions = [first, second];
    const predictions = new Map<Reference, unknown[]>();
    const predict = (number: 0 | 1) => (reference: Reference) => {
      const predicted = predictions.get(reference) ?? [];
      predicted[number] = actions[number]?.predict(reference, results[number]);
      predictions.set(reference, predicted);
    };
    this.#orders.fork(predict(0), predict(1));
    await this.#expectEqual("results", (reference) => [predictions.get(reference), results]);
    for (const action of actions)
      await this.#expectEqual("verification", (reference) => {
        const token = action.issuedToken(reference);
        return token === null ? [null, null] : this.#compareVerification(token, reference);
      });
    this.#orders.merge();
    await this.#compareState();
    // An expiry may be recorded later.
    await this.#expectEqual("audit trail", (reference) =>
      compareTrail(this.#engine, this.#clients, reference, ({ type }) => type !== "session.expired"),
    );
    await this.#compareEndings();
    for (const action of actions) action.storeTokens(this.#orders);
  }

  #compareState(): Promise<void> {
    const sessions = this.#orders.sessions.filter(({ name }) => this.#clients.has(name));
    return this.#expectEqual("state", (reference) =>
      compareState(this.#engine, this.#clients, sessions, reference),
    );
  }

  #compareVerification(token: ClientState["access"][number], reference: Reference): Promise<Comparison> {
    return compareVerification(token, this.#engine, this.#clients, reference);
  }

  /** Deletes an account with all its rows. Its tokens are of no use at once. */
  async #deleteAccount(account: string): Promise<void> {
    const { curfew } = this.#engine;
    await curfew.accounts.delete({
      accountId: idOf(account),
      actor: { userId: null, sessionId: null, ip: null },
    });
    await this.#engine.propagate();
    this.#record(`${account} is deleted`);
    this.#orders.change((reference) => deleteAccount(reference, account));
    for (const token of this.#clients.access)
      await this.#expectEqual("verification", (reference) => this.#compareVerification(token, reference));
    await this.#engine.sweepAll();
    this.#orders.change((reference) => removeRows(reference, account));
    this.#clients.forgetTokens((session) => this.#orders.any.knownSession(session) !== null);
  }

  async #crash({ during, isCommitted }: Extract<Step, { do: "crash" }>): Promise<void> {
    const action = during === null ? null : this.#toAction(during);
    if (action !== null && isCommitted) {
      const result = await action.perform();
      this.#record(`${action.description}; the response is lost`, result);
      await this.#expectEqual("result", (reference) => [action.predict(reference, result), result]);
    } else if (action !== null) {
      this.#engine.disconnect();
      this.#record(`${action.description}; nothing is committed`, await action.perform());
    }
    this.#record("crash and restart");
    // After a restart the engine reads the feed from the current time on, so it may miss rows from before the
    // clock was set back.
    if (this.#wasClockSetBack) this.#clients.access = [];
    await this.#engine.crash();
    this.#orders.change((reference) => {
      reference.touches = [];
      reference.endings = [];
    });
  }

  async #waitUntil({
    session,
    moment,
    offsetMs,
    runsTimers,
  }: Extract<Step, { do: "wait until" }>): Promise<void> {
    const reference = this.#orders.any;
    const name = pickNewest(this.#clients.sessionsIn(reference), session);
    if (name === null) return;
    const expected = reference.session(name);
    const at = {
      "idle deadline": reference.idleDeadline(expected),
      "absolute deadline": reference.absoluteDeadline(expected),
      "end of grace": (expected.rotatedAt ?? expected.startedAt) + reference.settings.graceMs,
    }[moment];
    const ms = at + offsetMs - this.#engine.clock.now();
    if (ms <= 0) return;
    this.#record(
      `wait until ${offsetMs} ms after the ${moment} of ${name}${runsTimers ? "" : ", without timers"}`,
    );
    this.#wait(ms);
    if (runsTimers) await this.#engine.runTimers();
  }

  #wait(ms: number): void {
    const { clock } = this.#engine;
    if (clock.now() + ms > this.#startedAt + MAX_DURATION_MS) return;
    clock.stall(ms);
    this.#moveReference();
  }

  #moveReference(): void {
    this.#orders.change((reference) => reference.moveTo(this.#engine.clock.now()));
  }

  #record(event: string, result?: unknown): void {
    const at = this.#engine.clock.now();
    this.#log.push(`${at}: ${event}${result === undefined ? "" : `\n      → ${JSON.stringify(result)}`}`);
  }

  /** Fails if no order of the concurrent acts so far says what the engine says. */
  async #expectEqual(
    what: string,
    compare: (reference: Reference) => Comparison | Promise<Comparison>,
  ): Promise<void> {
    const difference = await this.#orders.keep(compare);
    if (difference === null) return;
    const [expected, actual] = difference;
    throw new Error(
      [
        ...this.#log,
        `DIFFERENCE in the ${what}. Expected:`,
        JSON.stringify(expected, null, 1),
        "Actual:",
        JSON.stringify(actual, null, 1),
      ]
        .join("\n")
        .replace(/\b\d{13}\b/g, (at) => `+${Number(at) - this.#startedAt}`),
    );
  }
}
