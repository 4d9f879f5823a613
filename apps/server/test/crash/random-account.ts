import { expect } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectStatus } from "../harness/expectations.js";
import type { Random } from "../harness/random.js";
import { responseUnlessLost } from "../harness/send.js";
import type { Service } from "../harness/service.js";
import { newOwner } from "../harness/users.js";

const SECURITY = "/api/accounts/me/security";

/** What a session's state must be, judged by the responses that arrived. */
export type ExpectedState =
  | { readonly state: "live" }
  | { readonly state: "ended"; readonly reason: string }
  /** An operation that would end the session was never answered. `operation` numbers the operations. */
  | { readonly state: "uncertain"; readonly reason: string; readonly operation: number };

export interface TrackedSession {
  readonly client: ApiClient;
  expected: ExpectedState;
}

/** An event that the audit trail must hold because its operation was confirmed. */
export interface ConfirmedEvent {
  readonly type: string;
  readonly sessionId: string;
  /** The number of sessions that it ended; only for `sessions.revoked`. */
  readonly count?: number;
}

/** An account whose owner signs in and ends sessions at random, one operation at a time, and records the responses. */
export class RandomAccount {
  readonly owner: ApiClient;
  readonly sessions: TrackedSession[] = [];
  readonly confirmedEvents: ConfirmedEvent[] = [];
  /** Sign-ins that were never answered: each may have started a session that no client has a token of. */
  unconfirmedSignIns = 0;
  readonly #random: Random;
  readonly #boundOnly: boolean;
  #operations = 0;

  private constructor(owner: ApiClient, random: Random, boundOnly: boolean) {
    this.owner = owner;
    this.#random = random;
    this.#boundOnly = boundOnly;
    this.confirmedEvents.push({ type: "account.created", sessionId: owner.sessionId });
  }

  static async create(service: Service, random: Random, boundOnly: boolean): Promise<RandomAccount> {
    const owner = await newOwner(service, { transport: "body", key: new DpopKey() });
    return new RandomAccount(owner, random, boundOnly);
  }

  get liveSessions(): readonly TrackedSession[] {
    return this.sessions.filter(({ expected }) => expected.state === "live");
  }

  /** Performs one random operation; false if it was never answered. */
  performOperation(): Promise<boolean> {
    this.#operations++;
    const liveSessions = this.liveSessions;
    if (liveSessions.length === 0 || this.#random.chance(0.3)) return this.#signIn();
    const session = this.#random.pick(liveSessions);
    const choice = this.#random.next();
    if (choice < 0.7) return this.#refresh(session.client);
    if (choice < 0.82) return this.#signOut(session);
    if (choice < 0.94) return this.#revokeOne(session);
    return this.#revokeOthers(liveSessions);
  }

  async #signIn(): Promise<boolean> {
    const isBound = this.#boundOnly || this.#random.chance(0.5);
    const { service, email, password } = this.owner;
    const client = new ApiClient(service, { transport: "body", ...(isBound ? { key: new DpopKey() } : {}) });
    Object.assign(client, { email, password });
    const response = await responseUnlessLost(client.login());
    if (response === null) {
      this.unconfirmedSignIns++;
      return false;
    }
    expectStatus(response, 200);
    this.sessions.push({ client, expected: { state: "live" } });
    this.confirmedEvents.push({ type: "user.signed_in", sessionId: client.sessionId });
    return true;
  }

  async #refresh(client: ApiClient): Promise<boolean> {
    const response = await responseUnlessLost(client.refresh());
    if (response !== null) expectStatus(response, 200);
    return response !== null;
  }

  async #signOut(session: TrackedSession): Promise<boolean> {
    const { sessionId } = session.client;
    const response = await responseUnlessLost(session.client.post("/api/auth/logout"));
    if (!this.#markEnded([session], "signed_out", response !== null)) return false;
    expect(response?.status).toBe(204);
    this.confirmedEvents.push({ type: "user.signed_out", sessionId });
    return true;
  }

  async #revokeOne(session: TrackedSession): Promise<boolean> {
    const { sessionId } = session.client;
    const response = await responseUnlessLost(this.owner.delete(`${SECURITY}/sessions/${sessionId}`));
    if (!this.#markEnded([session], "revoked_by_owner", response !== null)) return false;
    expect(response?.status).toBe(204);
    this.confirmedEvents.push({ type: "session.revoked", sessionId });
    return true;
  }

  async #revokeOthers(liveSessions: readonly TrackedSession[]): Promise<boolean> {
    const response = await responseUnlessLost(
      this.owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }),
    );
    if (!this.#markEnded(liveSessions, "revoked_by_owner", response !== null)) return false;
    expect(response?.status).toBe(200);
    const count = response?.json<{ revoked_count: number }>().revoked_count ?? 0;
    expect(count).toBeGreaterThanOrEqual(liveSessions.length);
    expect(count).toBeLessThanOrEqual(liveSessions.length + this.unconfirmedSignIns);
    this.unconfirmedSignIns = 0;
    this.confirmedEvents.push({ type: "sessions.revoked", sessionId: this.owner.sessionId, count });
    return true;
  }

  #markEnded(sessions: readonly TrackedSession[], reason: string, isAnswered: boolean): boolean {
    for (const session of sessions)
      session.expected = isAnswered
        ? { state: "ended", reason }
        : { state: "uncertain", reason, operation: this.#operations };
    return isAnswered;
  }
}
