import { ApiClient, type ClientOptions, type ServiceAddress } from "../../harness/api-client.js";
import type { ApiResponse } from "../../harness/send.js";
import type { ExpectedState } from "./expected-state.js";
import type { ExpectedSession, ResponseRecorder } from "./response-recorder.js";

/** A token that expires sooner than this is not sent, because it could expire in transit. */
const EXPIRY_MARGIN_MS = 2000;
/** How old an access token is when the session is refreshed, well before it expires. */
const REFRESH_INTERVAL_MS = 800;

/** A client with one session that calls any replica and checks every response against the session's expected state. */
export class TrackedSession implements ExpectedSession {
  readonly client: ApiClient;
  readonly #recorder: ResponseRecorder;
  readonly #address: ServiceAddress & { port: number };
  expected: ExpectedState = { state: "live" };
  #refreshedAt = 0;
  #isRefreshing = false;

  constructor(recorder: ResponseRecorder, options: ClientOptions) {
    const { host, port, publicUrl } = recorder.replicas.member(0).replica;
    this.#recorder = recorder;
    this.#address = { host, port, publicUrl };
    this.client = new ApiClient(this.#address, options);
  }

  get id(): string {
    return this.client.sessionId;
  }

  /** Returns the client, with its next call directed to the replica with this index. */
  at(index: number): ApiClient {
    this.#address.port = this.#recorder.replicas.member(index).replica.port;
    return this.client;
  }

  /** Sends a request that starts or refreshes the session, and records when. */
  async recordGrant(send: () => Promise<ApiResponse | null>): Promise<ApiResponse | null> {
    const sentAt = Date.now();
    const response = await send();
    if (response !== null && response.status < 300) this.#refreshedAt = sentAt;
    return response;
  }

  /** Whether the access token is old enough to refresh. */
  get isRefreshDue(): boolean {
    // Without a key, concurrent refreshes look like token reuse; a browser prevents them with a lock.
    const mayRefresh = this.client.options.key !== undefined || !this.#isRefreshing;
    return mayRefresh && Date.now() - this.#refreshedAt > REFRESH_INTERVAL_MS;
  }

  /** Whether the access token is valid long enough to send. */
  get hasUsableToken(): boolean {
    const lifetimeMs = this.client.signedIn.expires_in * 1000;
    return Date.now() < this.#refreshedAt + lifetimeMs - EXPIRY_MARGIN_MS;
  }

  async refresh(index: number): Promise<ApiResponse | null> {
    this.#isRefreshing = true;
    try {
      return await this.recordGrant(() =>
        this.#recorder.callAndCheck(this, "refresh", index, () => this.at(index).refresh()),
      );
    } finally {
      this.#isRefreshing = false;
    }
  }

  /** Calls an operation that doesn't read the session, so that the response depends on the access token alone. */
  call(index: number): Promise<ApiResponse | null> {
    return this.#recorder.callAndCheck(this, "call", index, () => this.at(index).get("/api/accounts/me"));
  }

  /** Records that a request that would end the session is under way. */
  markUncertain(reason: string): void {
    if (this.expected.state !== "ended") this.expected = { state: "uncertain", reason };
  }

  /** Records that the response to the request that ended the session has just arrived. */
  markEnded(reason: string, endedBy: number): void {
    if (this.expected.state !== "ended")
      this.expected = { state: "ended", reason, confirmedAt: Date.now(), endedBy };
  }
}
