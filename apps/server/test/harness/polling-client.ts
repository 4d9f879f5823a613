import type { ApiClient } from "./api-client.js";
import type { ApiResponse } from "./send.js";
import { until } from "./until.js";

/** Long enough that a few clients leave the replicas time for the tests that run alongside. */
const PAUSE_MS = 250;
/** An access token that expires sooner than this is not sent, because it could expire in transit. */
const EXPIRY_MARGIN_MS = 2_000;
/** No response, or one that the load balancer sent instead of a replica. */
const NO_RESPONSE = /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up| 502 violates/;

/** A signed-in client that refreshes and calls in a loop, and retries after a 503 or a lost response. */
export class PollingClient {
  readonly client: ApiClient;
  /** Responses other than 200 and 503: each would have ended the session for a real client. */
  readonly refusals: string[] = [];
  readonly counts = { succeeded: 0, unavailable: 0 };
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();
  #expiresAt = 0;

  constructor(client: ApiClient) {
    this.client = client;
  }

  start(): void {
    this.#isStopping = false;
    this.#running = this.#run();
  }

  /** Stops the loop. Throws any error of the loop that is not a lost response. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  /** Waits until `times` more requests have succeeded. */
  async untilSucceeded(times: number, timeoutMs = 20_000): Promise<void> {
    const before = this.counts.succeeded;
    await until("requests to succeed", () => this.counts.succeeded >= before + times, timeoutMs);
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const sentAt = performance.now();
      if (await this.#trySend(() => this.client.refresh()))
        this.#expiresAt = sentAt + this.client.signedIn.expires_in * 1_000;
      if (performance.now() < this.#expiresAt - EXPIRY_MARGIN_MS)
        await this.#trySend(() => this.client.get("/api/auth/session"));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #trySend(send: () => Promise<ApiResponse>): Promise<boolean> {
    try {
      const { status, text } = await send();
      if (status === 200) this.counts.succeeded += 1;
      else if (status === 503) this.counts.unavailable += 1;
      else this.refusals.push(`${status} ${text}`);
      return status === 200;
    } catch (error) {
      if (!(error instanceof Error) || !NO_RESPONSE.test(error.message)) throw error;
      this.counts.unavailable += 1;
      return false;
    }
  }
}
