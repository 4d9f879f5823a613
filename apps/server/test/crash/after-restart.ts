import { expect } from "vitest";
import { expectRevoked, expectStatus } from "../harness/expectations.js";
import type { Page, Security, TrailEvent } from "../harness/wire.js";
import type { Held, Household } from "./household.js";

const SECURITY = "/api/accounts/me/security";

/** Holds a service that was killed and started again to every answer that it gave before. */
export async function expectNothingLost(household: Household): Promise<void> {
  expectStatus(await household.owner.refresh(), 200);
  await resolveDoubts(household);
  await Promise.all(household.held.map(expectAsBelieved));
  const live = household.live.length + 1;
  const { active_session_count: count } = (await household.owner.get(SECURITY)).as<Security>();
  expect(count).toBeGreaterThanOrEqual(live);
  expect(count).toBeLessThanOrEqual(live + household.strays);
}

async function expectAsBelieved({ visitor, belief }: Held): Promise<void> {
  const sessionId = visitor.sessionId;
  if (belief.state === "live") {
    expectStatus(await visitor.get("/api/auth/session"), 200);
    expectStatus(await visitor.refresh(), 200);
    expect(visitor.sessionId).toBe(sessionId);
    return;
  }
  expectRevoked(await visitor.get("/api/auth/session"), belief.reason);
  expectRevoked(await visitor.refresh(), belief.reason);
}

/** What was never answered happened or did not, and wholly: all that one act would have ended, or nothing of it. */
async function resolveDoubts(household: Household): Promise<void> {
  const outcomes = new Map<number, Set<boolean>>();
  for (const held of household.held) {
    if (held.belief.state !== "doubtful") continue;
    const { reason, act } = held.belief;
    const answer = await held.visitor.refresh();
    const ended = answer.status !== 200;
    if (ended) expectRevoked(answer, reason);
    held.belief = ended ? { state: "ended", reason } : { state: "live" };
    outcomes.set(act, (outcomes.get(act) ?? new Set()).add(ended));
  }
  for (const outcome of outcomes.values()) expect(outcome.size).toBe(1);
}

/** Holds the audit trail to what was answered: each act is there, and the trail tells of no other end. */
export async function expectTrail(household: Household): Promise<void> {
  const trail = await wholeTrail(household);
  const told = new Set(
    trail.map(({ type, session_id: id, details }) => `${type} ${id} ${details["count"] ?? ""}`),
  );
  const missing = household.answered
    .map(({ type, sessionId, count }) => `${type} ${sessionId} ${count ?? ""}`)
    .filter((line) => !told.has(line));
  expect(missing).toEqual([]);

  const live = new Set(
    [household.owner, ...household.live.map(({ visitor }) => visitor)].map((one) => one.sessionId),
  );
  const ended = trail.filter(({ type }) => /^(user\.signed_out|session\.)/.test(type));
  expect(ended.filter(({ session_id: id }) => id !== null && live.has(id))).toEqual([]);
  expect(new Set(ended.map(({ session_id: id }) => id)).size).toBe(ended.length);
}

async function wholeTrail(household: Household): Promise<readonly TrailEvent[]> {
  const trail: TrailEvent[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = expectStatus(await household.owner.get(`${SECURITY}/events?limit=200${query}`), 200);
    const page: Page<TrailEvent> = answer.as();
    trail.push(...page.items);
    cursor = page.next_cursor;
  }
  return trail;
}
