import type { Answer } from "./send.js";
import { until } from "./until.js";
import type { Visitor } from "./visitor.js";

const PAUSE_MS = 20;
/** An access token that has less left is not presented: it could expire on the way. */
const RESERVE_MS = 2_000;
/** No answer, or one that is not the service's. */
const NO_ANSWER = /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up| 502 breaks/;

/** A client that is signed in and never rests: it renews, calls, and tries again whatever is no verdict. */
export class SteadyClient {
  readonly visitor: Visitor;
  /** What it was told that is neither an answer nor trouble: with it, it would have given its session up. */
  readonly refusals: string[] = [];
  readonly counts = { answered: 0, unavailable: 0 };
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #expiresAt = 0;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  start(): void {
    this.#stopping = false;
    this.#running = this.#run();
  }

  /** Ends the loop; throws where something went wrong in it that is no answer. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Waits until it was answered so many times more. */
  async untilAnswered(times: number, timeoutMs = 20_000): Promise<void> {
    const before = this.counts.answered;
    await until("answers", () => this.counts.answered >= before + times, timeoutMs);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const askedAt = performance.now();
      if (await this.#isAnswered(() => this.visitor.refresh()))
        this.#expiresAt = askedAt + this.visitor.signedIn.expires_in * 1_000;
      if (performance.now() < this.#expiresAt - RESERVE_MS)
        await this.#isAnswered(() => this.visitor.get("/api/auth/session"));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #isAnswered(ask: () => Promise<Answer>): Promise<boolean> {
    try {
      const { status, text } = await ask();
      if (status === 200) this.counts.answered += 1;
      else if (status === 503) this.counts.unavailable += 1;
      else this.refusals.push(`${status} ${text}`);
      return status === 200;
    } catch (error) {
      if (!(error instanceof Error) || !NO_ANSWER.test(error.message)) throw error;
      this.counts.unavailable += 1;
      return false;
    }
  }
}
