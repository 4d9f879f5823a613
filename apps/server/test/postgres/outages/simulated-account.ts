import type { ApiClient, ClientOptions } from "../../harness/api-client.js";
import { DpopKey } from "../../harness/dpop-key.js";
import type { ApiResponse } from "../../harness/send.js";
import { newEmail, newPassword } from "../../harness/users.js";
import type { Security } from "../../harness/wire.js";
import { ALL_REPLICAS } from "./replica-set.js";
import type { ResponseRecorder } from "./response-recorder.js";
import { StreamMonitor } from "./stream-monitor.js";
import { TrackedSession } from "./tracked-session.js";

const SECURITY = "/api/accounts/me/security";
const PAUSE_MS = 100;
/** How long the tokens of an ended session are sent to each replica: longer than any bound. */
const CHECK_ENDED_FOR_MS = 2500;
const STREAM_OPEN_TIMEOUT_MS = 500;
/** How many sessions stay open until an operation ends all others. */
const MAX_OPEN_SESSIONS = 3;

const pause = (ms = PAUSE_MS) => new Promise((resolve) => setTimeout(resolve, ms));

/** Cycles through the kinds of client: a browser, a program with a DPoP key, and a program without. */
const clientOptionsFor = (sequence: number): ClientOptions =>
  [
    { key: new DpopKey() },
    { key: new DpopKey(), transport: "body" as const },
    { transport: "body" as const },
  ][sequence % 3] ?? {};

interface EndOperation {
  readonly reason: string;
  readonly sessions: readonly TrackedSession[];
  readonly send: (index: number) => Promise<ApiResponse>;
}

/** An account whose owner stays signed in, starts other sessions and ends them, and records the expected state of each. */
export class SimulatedAccount {
  readonly owner: TrackedSession;
  readonly endedSessions: TrackedSession[] = [];
  openSessions: TrackedSession[] = [];
  /** The idle timeout of the last policy change that was confirmed. */
  idleMinutes: number | null = null;
  readonly #recorder: ResponseRecorder;
  readonly #homeReplica: number;
  readonly #running: Promise<void>[] = [];
  #signInCount = 0;

  private constructor(recorder: ResponseRecorder, homeReplica: number) {
    this.#recorder = recorder;
    this.#homeReplica = homeReplica;
    this.owner = new TrackedSession(recorder, clientOptionsFor(homeReplica));
  }

  /** @param homeReplica the index of the replica that each operation is sent to first */
  static async create(recorder: ResponseRecorder, homeReplica: number): Promise<SimulatedAccount> {
    const account = new SimulatedAccount(recorder, homeReplica);
    const client = account.owner.at(homeReplica);
    client.email = newEmail();
    client.password = newPassword();
    const { email, password } = client;
    const fields = {
      account_name: "Example Ltd",
      name: "Olive Owner",
      email,
      password,
      ...client.transport(),
    };
    const response = await account.owner.recordGrant(() => client.post("/api/auth/register", fields));
    if (response?.status !== 201) throw new Error(`registration answered ${response?.text}`);
    return account;
  }

  /** Starts the background loops, which run until the recorder is stopped. */
  start(): void {
    for (const index of ALL_REPLICAS) {
      this.#loop(() => this.#useOwnerSession(index));
      this.#runInBackground(new StreamMonitor(this.#recorder, this.owner, index).run());
    }
    this.#loop(() => this.#runSession());
  }

  /** Waits until all background tasks have finished. */
  async finished(): Promise<void> {
    // A running task may add others.
    for (let index = 0; index < this.#running.length; index++) await this.#running[index];
  }

  /** Checks the final state of every session at every replica, after all faults are over. */
  async expectFinalState(): Promise<void> {
    for (const session of [this.owner, ...this.openSessions, ...this.endedSessions]) {
      await session.refresh(this.#homeReplica);
      for (const index of ALL_REPLICAS) if (session.hasUsableToken) await session.call(index);
    }
    for (const index of ALL_REPLICAS) await this.#expectPolicy(index);
  }

  async #expectPolicy(index: number): Promise<void> {
    const response = await this.#recorder.send(index, () => this.owner.at(index).get(SECURITY));
    if (response?.status !== 200) return;
    const { idle_minutes: actual } = response.json<Security>();
    if (actual !== this.idleMinutes)
      this.#recorder.violations.push(
        `replica ${index} has an idle timeout of ${actual} minutes instead of ${this.idleMinutes}`,
      );
  }

  async #useOwnerSession(index: number): Promise<void> {
    if (this.owner.isRefreshDue) await this.owner.refresh(index);
    if (this.owner.hasUsableToken) await this.owner.call(index);
    await pause();
  }

  async #runSession(): Promise<void> {
    await pause();
    const sequence = this.#signInCount++;
    const session = await this.#signIn(sequence);
    if (session === null || !(await this.#retryUntilAnswered((index) => session.refresh(index)))) return;
    for (const index of ALL_REPLICAS) this.#runInBackground(session.call(index));
    if (sequence % 2 === 0)
      await this.#monitorStream(session, (this.#homeReplica + 1 + (sequence % 4) / 2) % ALL_REPLICAS.length);
    if (sequence % 4 === 3) await this.#changePolicy(60 + sequence);
    if (sequence % 5 === 4 && this.openSessions.length < MAX_OPEN_SESSIONS) this.openSessions.push(session);
    else await this.#end(this.#chooseEndOperation(session, sequence));
  }

  async #signIn(sequence: number): Promise<TrackedSession | null> {
    const session = new TrackedSession(this.#recorder, clientOptionsFor(sequence));
    const { email, password } = this.owner.client;
    Object.assign(session.client, { email, password });
    const send = () => this.#recorder.send(this.#homeReplica, () => session.at(this.#homeReplica).login());
    const response = await session.recordGrant(send);
    this.#expectStatus("a sign-in", response, [200]);
    return response?.status === 200 ? session : null;
  }

  async #monitorStream(session: TrackedSession, index: number): Promise<void> {
    const monitor = new StreamMonitor(this.#recorder, session, index);
    this.#runInBackground(monitor.run());
    const deadline = Date.now() + STREAM_OPEN_TIMEOUT_MS;
    while (!monitor.wasOpened && Date.now() < deadline) await pause();
  }

  async #changePolicy(idleMinutes: number): Promise<void> {
    const send = (index: number) =>
      this.#recorder.send(index, () => this.owner.at(index).patch(SECURITY, { idle_minutes: idleMinutes }));
    const response = await this.#retryUntilAnswered(send);
    this.#expectStatus("a policy change", response, [200]);
    if (response?.status === 200) this.idleMinutes = idleMinutes;
    await this.#expectPolicy((this.#homeReplica + 1) % ALL_REPLICAS.length);
  }

  #chooseEndOperation(session: TrackedSession, sequence: number): EndOperation {
    const { owner } = this;
    const endOne = (path: string, reason: string): EndOperation => ({
      reason,
      sessions: [session],
      send: (index) => owner.at(index).delete(`${path}/${session.id}`),
    });
    const endOthers = (path: string, json: unknown, reason: string): EndOperation => ({
      reason,
      sessions: [session, ...this.openSessions.splice(0)],
      send: (index) => owner.at(index).post(path, json),
    });
    switch (sequence % 6) {
      case 0:
        return endOne(`${SECURITY}/sessions`, "revoked_by_owner");
      case 1:
        return endOthers(`${SECURITY}/revoke-sessions`, { scope: "others" }, "revoked_by_owner");
      case 2:
        return endOne("/api/users/me/sessions", "revoked_by_user");
      case 3:
        return endOthers("/api/users/me/sessions/revoke-others", undefined, "revoked_by_user");
      default:
        return {
          reason: "signed_out",
          sessions: [session],
          send: (index) => signOutKeepingToken(session.at(index)),
        };
    }
  }

  async #end({ reason, sessions, send }: EndOperation): Promise<void> {
    let endedBy = this.#homeReplica;
    let attempts = 0;
    const response = await this.#retryUntilAnswered((index) => {
      for (const session of sessions) session.markUncertain(reason);
      endedBy = index;
      attempts += 1;
      return this.#recorder.send(index, () => send(index));
    });
    // 404 is right on a retry: the first attempt may have ended the session although its response was lost.
    this.#expectStatus(
      "a request that ends a session",
      response,
      attempts > 1 ? [200, 204, 404] : [200, 204],
    );
    if (response === null) return;
    for (const session of sessions) session.markEnded(reason, endedBy);
    this.endedSessions.push(...sessions);
    this.#recorder.endedCount += sessions.length;
    for (const session of sessions) {
      for (const index of ALL_REPLICAS) this.#runInBackground(this.#checkEndedSession(session, index));
      this.#runInBackground(session.refresh((endedBy + 1) % ALL_REPLICAS.length));
    }
  }

  async #checkEndedSession(session: TrackedSession, index: number): Promise<void> {
    const deadline = Date.now() + CHECK_ENDED_FOR_MS;
    while (Date.now() < deadline && (await session.call(index))?.status !== 401) await pause();
    this.#recorder.completedChecks += 1;
  }

  /** Sends a request to one replica after another until one responds with anything but 503. */
  async #retryUntilAnswered(
    send: (index: number) => Promise<ApiResponse | null>,
  ): Promise<ApiResponse | null> {
    for (let index = this.#homeReplica; ; index = (index + 1) % ALL_REPLICAS.length) {
      const response = await send(index);
      if (response !== null && response.status !== 503) return response;
      await pause();
    }
  }

  #expectStatus(what: string, response: ApiResponse | null, expected: readonly number[]): void {
    if (response !== null && response.status !== 503 && !expected.includes(response.status))
      this.#recorder.violations.push(`${what} was answered ${response.status} ${response.text}`);
  }

  #loop(act: () => Promise<void>): void {
    const loop = async (): Promise<void> => {
      while (!this.#recorder.isStopped) await act();
    };
    this.#runInBackground(loop());
  }

  #runInBackground(task: Promise<unknown>): void {
    this.#running.push(
      task.then(
        () => {},
        (error: unknown) => void this.#recorder.violations.push(String(error)),
      ),
    );
  }
}

/** Signs out and keeps the refresh token, as a thief would. */
async function signOutKeepingToken(client: ApiClient): Promise<ApiResponse> {
  const { refreshToken } = client;
  const response = await client.post("/api/auth/logout");
  if (client.options.transport !== "body") client.cookies.set(client.cookieName, refreshToken);
  return response;
}
