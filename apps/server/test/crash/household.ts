import { expect } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectStatus } from "../harness/expectations.js";
import { newOwner } from "../harness/people.js";
import type { Random } from "../harness/random.js";
import type { Service } from "../harness/service.js";
import { Visitor } from "../harness/visitor.js";
import { answerOf } from "./lost-answer.js";

const SECURITY = "/api/accounts/me/security";

/** What a client may believe of a session, by the answers that it received. */
export type Belief =
  | { readonly state: "live" }
  | { readonly state: "ended"; readonly reason: string }
  /** An act that would have ended it was never answered; those of one act share its number. */
  | { readonly state: "doubtful"; readonly reason: string; readonly act: number };

export interface Held {
  readonly visitor: Visitor;
  belief: Belief;
}

/** What the trail must hold, by the answers received. */
export interface Answered {
  readonly type: string;
  readonly sessionId: string;
  /** How many sessions it ended, for `sessions.revoked`. */
  readonly count?: number;
}

/** An account whose owner signs in on many devices and ends sessions, one act after the other, and keeps what was answered. */
export class Household {
  readonly owner: Visitor;
  readonly held: Held[] = [];
  readonly answered: Answered[] = [];
  /** Sign-ins that were never answered: sessions that nobody holds a token of may live on. */
  strays = 0;
  readonly #random: Random;
  readonly #boundOnly: boolean;
  #acts = 0;

  private constructor(owner: Visitor, random: Random, boundOnly: boolean) {
    this.owner = owner;
    this.#random = random;
    this.#boundOnly = boundOnly;
    this.answered.push({ type: "account.created", sessionId: owner.sessionId });
  }

  static async found(service: Service, random: Random, boundOnly: boolean): Promise<Household> {
    const owner = await newOwner(service, { transport: "body", key: new DpopKey() });
    return new Household(owner, random, boundOnly);
  }

  get live(): readonly Held[] {
    return this.held.filter(({ belief }) => belief.state === "live");
  }

  /** Does one thing; false where it was never answered. */
  act(): Promise<boolean> {
    this.#acts++;
    const live = this.live;
    if (live.length === 0 || this.#random.chance(0.3)) return this.#signIn();
    const chosen = this.#random.pick(live);
    const choice = this.#random.next();
    if (choice < 0.7) return this.#refresh(chosen.visitor);
    if (choice < 0.82) return this.#signOut(chosen);
    if (choice < 0.94) return this.#revokeOne(chosen);
    return this.#revokeOthers(live);
  }

  async #signIn(): Promise<boolean> {
    const isBound = this.#boundOnly || this.#random.chance(0.5);
    const { service, email, password } = this.owner;
    const visitor = new Visitor(service, { transport: "body", ...(isBound ? { key: new DpopKey() } : {}) });
    Object.assign(visitor, { email, password });
    const answer = await answerOf(visitor.login());
    if (answer === null) {
      this.strays++;
      return false;
    }
    expectStatus(answer, 200);
    this.held.push({ visitor, belief: { state: "live" } });
    this.answered.push({ type: "user.signed_in", sessionId: visitor.sessionId });
    return true;
  }

  async #refresh(visitor: Visitor): Promise<boolean> {
    const answer = await answerOf(visitor.refresh());
    if (answer !== null) expectStatus(answer, 200);
    return answer !== null;
  }

  async #signOut(held: Held): Promise<boolean> {
    const { sessionId } = held.visitor;
    const answer = await answerOf(held.visitor.post("/api/auth/logout"));
    if (!this.#ends([held], "signed_out", answer !== null)) return false;
    expect(answer?.status).toBe(204);
    this.answered.push({ type: "user.signed_out", sessionId });
    return true;
  }

  async #revokeOne(held: Held): Promise<boolean> {
    const { sessionId } = held.visitor;
    const answer = await answerOf(this.owner.delete(`${SECURITY}/sessions/${sessionId}`));
    if (!this.#ends([held], "revoked_by_owner", answer !== null)) return false;
    expect(answer?.status).toBe(204);
    this.answered.push({ type: "session.revoked", sessionId });
    return true;
  }

  async #revokeOthers(live: readonly Held[]): Promise<boolean> {
    const answer = await answerOf(this.owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }));
    if (!this.#ends(live, "revoked_by_owner", answer !== null)) return false;
    expect(answer?.status).toBe(200);
    const count = answer?.as<{ revoked_count: number }>().revoked_count ?? 0;
    expect(count).toBeGreaterThanOrEqual(live.length);
    expect(count).toBeLessThanOrEqual(live.length + this.strays);
    this.strays = 0;
    this.answered.push({ type: "sessions.revoked", sessionId: this.owner.sessionId, count });
    return true;
  }

  #ends(held: readonly Held[], reason: string, isAnswered: boolean): boolean {
    for (const one of held)
      one.belief = isAnswered ? { state: "ended", reason } : { state: "doubtful", reason, act: this.#acts };
    return isAnswered;
  }
}
