import { expect } from "vitest";
import { answerOf } from "../../crash/lost-answer.js";
import type { Answer } from "../../harness/send.js";
import { until } from "../../harness/until.js";
import type { Problem } from "../../harness/wire.js";
import type { Fleet } from "./fleet.js";
import { faultOf, type Heard, type Standing } from "./ledger.js";

/** Within this an end is in force everywhere where nothing is broken, and whatever is broken (`sessions.md`). */
const CALM_BOUND_MS = 1000;
const TROUBLE_BOUND_MS = 2000;
/** How long what a test waits for may take on a busy machine. */
const PATIENCE_MS = 45_000;

/** A session and where it stands. */
export interface Watched {
  readonly id: string;
  standing: Standing;
}

/** Keeps what was answered, holds every answer to it, and remembers what was wrong. */
export class Watcher {
  readonly fleet: Fleet;
  readonly faults: string[] = [];
  /** How many sessions have ended by an act that was answered. */
  ended = 0;
  /** How often each kind of answer was heard at each replica. */
  readonly #heard = new Map<string, number>();
  /** How often a replica was asked about an ended session until it refused it, or for longer than it may accept it. */
  tried = 0;
  /** In this trouble every replica reads what was revoked, so that its streams have to tell of it in time. */
  areTold = false;
  #isCalm = true;
  #calmSince = 0;
  #stopping = false;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  /** Whoever loops goes on until it is true. */
  get isOver(): boolean {
    return this.#stopping;
  }

  end(): void {
    this.#stopping = true;
  }

  /** Does something to the fleet, and waits until nothing is left of it. */
  async through(trouble: () => Promise<void>): Promise<void> {
    this.#isCalm = false;
    try {
      await trouble();
    } finally {
      await this.fleet.untilCalm();
      this.areTold = false;
      this.#calmSince = Date.now();
      this.#isCalm = true;
    }
  }

  /** Within which an end that was answered at a moment has to be in force now. */
  boundMs(answeredAt: number): number {
    return this.#isCalm && answeredAt > this.#calmSince ? CALM_BOUND_MS : TROUBLE_BOUND_MS;
  }

  /** Within which a stream has to tell of such an end: no replica can know that is cut off from the database. */
  toldWithinMs(answeredAt: number): number {
    return this.#isCalm && answeredAt > this.#calmSince
      ? CALM_BOUND_MS
      : this.areTold
        ? TROUBLE_BOUND_MS
        : PATIENCE_MS;
  }

  /** Presents a session's token, and holds the answer to what is known; null where there was none. */
  async present(
    session: Watched,
    kind: Heard["kind"],
    place: number,
    ask: () => Promise<Answer>,
  ): Promise<Answer | null> {
    const sentAt = Date.now();
    const answer = await this.ask(place, ask);
    if (answer !== null) this.judge(session, kind, place, sentAt, answer);
    return answer;
  }

  /** Holds an answer to what is known of the session. */
  judge(
    { id, standing }: Watched,
    kind: Heard["kind"],
    place: number,
    sentAt: number,
    answer: Pick<Answer, "status" | "text">,
  ): void {
    const problem = answer.status < 400 ? {} : (JSON.parse(answer.text) as Partial<Problem>);
    const { code, reason } = problem;
    const judgedAfter = this.fleet.judgesAfter(place, sentAt);
    const heard = { kind, place, judgedAfter, status: answer.status, code, reason };
    const answeredAt = standing.state === "ended" ? standing.answeredAt : 0;
    const fault = faultOf(standing, heard, this.boundMs(answeredAt));
    if (fault !== null) this.faults.push(`${id}: ${fault}`);
  }

  /** Asks what is no verdict on a session; null where there was no answer. */
  async ask(place: number, ask: () => Promise<Answer>): Promise<Answer | null> {
    try {
      const answer = await answerOf(ask());
      this.#count(place, answer === null ? "none" : String(answer.status));
      return answer;
    } catch (error) {
      this.faults.push(`replica ${place} was not understood: ${String(error)}`);
      return null;
    }
  }

  /** How often a replica gave this status so far; `none` where its answer never came. */
  heard(place: number, status: number | "none"): number {
    return this.#heard.get(`${place} ${status}`) ?? 0;
  }

  /** Waits until these replicas gave a status so many times more. */
  async untilHeard(times: number, status: number | "none", places: readonly number[]): Promise<void> {
    const before = places.map((place) => this.heard(place, status));
    await until(
      `${times} times ${status} from replicas ${places.join(", ")}`,
      () => places.every((place, nth) => this.heard(place, status) >= (before[nth] ?? 0) + times),
      PATIENCE_MS,
    );
  }

  /** Waits until so many more sessions have ended. */
  async untilEnded(times: number): Promise<void> {
    const before = this.ended;
    await until(`${times} sessions to end`, () => this.ended >= before + times, PATIENCE_MS);
  }

  /** Waits until as many more trials of ended sessions have come to their end. */
  async untilTried(times: number): Promise<void> {
    const before = this.tried;
    await until(`${times} trials to end`, () => this.tried >= before + times, PATIENCE_MS);
  }

  /** Fails with all that was wrong since it was last asked. */
  expectNoFaults(): void {
    expect(this.faults.splice(0)).toEqual([]);
  }

  #count(place: number, outcome: string): void {
    const key = `${place} ${outcome}`;
    this.#heard.set(key, (this.#heard.get(key) ?? 0) + 1);
  }
}
