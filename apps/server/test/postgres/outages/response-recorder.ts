import { expect } from "vitest";
import { type ApiResponse, responseUnlessLost } from "../../harness/send.js";
import { until } from "../../harness/until.js";
import type { Problem } from "../../harness/wire.js";
import { type ExpectedState, type ObservedResponse, violationOf } from "./expected-state.js";
import type { ReplicaSet } from "./replica-set.js";

/** How long a revocation may take to reach every replica when all are healthy. */
const HEALTHY_BOUND_MS = 1000;
/** How long it may take whatever is broken. */
const FAULT_BOUND_MS = 2000;
/** How long a test waits for an event on a busy machine. */
const WAIT_TIMEOUT_MS = 45_000;

/** A session and its expected state. */
export interface ExpectedSession {
  readonly id: string;
  expected: ExpectedState;
}

/** Counts the responses of each replica, checks them against the expected states, and collects the violations. */
export class ResponseRecorder {
  readonly replicas: ReplicaSet;
  readonly violations: string[] = [];
  /** How many sessions were ended by a request that was answered. */
  endedCount = 0;
  /** The number of responses by replica and status. */
  readonly #counts = new Map<string, number>();
  /** How many checks of an ended session at a replica are complete: it was refused, or the bound has passed. */
  completedChecks = 0;
  /** Whether every replica can read the feed during the current fault, so that its streams must meet the bound. */
  isFeedReadable = false;
  #isHealthy = true;
  #healthySince = 0;
  #isStopped = false;

  constructor(replicas: ReplicaSet) {
    this.replicas = replicas;
  }

  /** Background loops run until this is true. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Injects a fault, and waits until the replicas have recovered. */
  async duringFault(injectFault: () => Promise<void>): Promise<void> {
    this.#isHealthy = false;
    try {
      await injectFault();
    } finally {
      await this.replicas.untilHealthy();
      this.isFeedReadable = false;
      this.#healthySince = Date.now();
      this.#isHealthy = true;
    }
  }

  /** How long after `confirmedAt` an ended session may still be accepted. */
  revocationBoundMs(confirmedAt: number): number {
    return this.#isHealthy && confirmedAt > this.#healthySince ? HEALTHY_BOUND_MS : FAULT_BOUND_MS;
  }

  /** How long after `confirmedAt` a stream may report the end. A replica without the database can't know about it. */
  streamBoundMs(confirmedAt: number): number {
    return this.#isHealthy && confirmedAt > this.#healthySince
      ? HEALTHY_BOUND_MS
      : this.isFeedReadable
        ? FAULT_BOUND_MS
        : WAIT_TIMEOUT_MS;
  }

  /** Sends a session's token and checks the response; null if the response was lost. */
  async callAndCheck(
    session: ExpectedSession,
    kind: ObservedResponse["kind"],
    index: number,
    send: () => Promise<ApiResponse>,
  ): Promise<ApiResponse | null> {
    const sentAt = Date.now();
    const response = await this.send(index, send);
    if (response !== null) this.check(session, kind, index, sentAt, response);
    return response;
  }

  /** Checks a response against the session's expected state. */
  check(
    { id, expected }: ExpectedSession,
    kind: ObservedResponse["kind"],
    index: number,
    sentAt: number,
    response: Pick<ApiResponse, "status" | "text">,
  ): void {
    const body = response.status < 400 ? {} : (JSON.parse(response.text) as Partial<Problem>);
    const { code, reason } = body;
    const decidedAfter = this.replicas.earliestDecisionAt(index, sentAt);
    const observed = { kind, replica: index, decidedAfter, status: response.status, code, reason };
    const confirmedAt = expected.state === "ended" ? expected.confirmedAt : 0;
    const violation = violationOf(expected, observed, this.revocationBoundMs(confirmedAt));
    if (violation !== null) this.violations.push(`${id}: ${violation}`);
  }

  /** Sends a request and counts its response, unchecked; null if the response was lost. */
  async send(index: number, send: () => Promise<ApiResponse>): Promise<ApiResponse | null> {
    try {
      const response = await responseUnlessLost(send());
      this.#count(index, response === null ? "none" : String(response.status));
      return response;
    } catch (error) {
      this.violations.push(`replica ${index} sent an invalid response: ${String(error)}`);
      return null;
    }
  }

  /** How many responses of this status a replica has sent; `none` counts lost responses. */
  countOf(index: number, status: number | "none"): number {
    return this.#counts.get(`${index} ${status}`) ?? 0;
  }

  /** Waits until each of these replicas has sent `count` more responses of a status. */
  async untilResponses(count: number, status: number | "none", indexes: readonly number[]): Promise<void> {
    const before = indexes.map((index) => this.countOf(index, status));
    await until(
      `${count} responses ${status} from replicas ${indexes.join(", ")}`,
      () =>
        indexes.every((index, position) => this.countOf(index, status) >= (before[position] ?? 0) + count),
      WAIT_TIMEOUT_MS,
    );
  }

  /** Waits until `count` more sessions have ended. */
  async untilEndings(count: number): Promise<void> {
    const before = this.endedCount;
    await until(`${count} sessions to end`, () => this.endedCount >= before + count, WAIT_TIMEOUT_MS);
  }

  /** Waits until `count` more checks of ended sessions are complete. */
  async untilChecks(count: number): Promise<void> {
    const before = this.completedChecks;
    await until(`${count} checks to complete`, () => this.completedChecks >= before + count, WAIT_TIMEOUT_MS);
  }

  /** Fails if there were violations since the last call. */
  expectNoViolations(): void {
    expect(this.violations.splice(0)).toEqual([]);
  }

  #count(index: number, outcome: string): void {
    const key = `${index} ${outcome}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}
