import {
  type Curfew,
  type CurfewOptions,
  createCurfew,
  type OpenGoverned,
  type Store,
  type Trouble,
} from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { onTestFinished } from "vitest";
import { openStore } from "../support/sessions.js";

export const MINUTE = 60_000;
export const NOBODY = { userId: null, sessionId: null, ip: null };
export const ada = { id: "ada", name: "Ada", email: "ada@example.test", role: "owner" as const };

/** Two engines on one database in memory, as two replicas. Their calls of the store are counted. */
export async function openReplicas(options: Partial<CurfewOptions> = {}) {
  const clock = new FakeClock();
  const { database, store } = await openStore({ now: clock.now });
  const counts = new Map<string, number>();
  let isDown = false;
  let afterCall = (): void => undefined;
  const counting = new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as (...args: readonly unknown[]) => unknown;
      return (...args: readonly unknown[]) => {
        if (name !== "readFeed") counts.set(name, (counts.get(name) ?? 0) + 1);
        if (isDown) return Promise.reject(new Error("database down"));
        const answer = method.apply(target, [...args]);
        if (name !== "readFeed" && answer instanceof Promise) return answer.finally(() => afterCall());
        return answer;
      };
    },
  }) as unknown as Store;
  const troubles: Trouble[] = [];
  const openReplica = async (changes: Partial<CurfewOptions> = {}): Promise<Curfew> => {
    const curfew = createCurfew({
      store: counting,
      secret: new Uint8Array(32).fill(7),
      issuer: "https://curfew.example",
      clock,
      scheduler: clock,
      onTrouble: (trouble) => troubles.push(trouble),
      ...options,
      ...changes,
    });
    onTestFinished(() => curfew.close());
    await curfew.ready();
    return curfew;
  };
  const [here, there] = [await openReplica(), await openReplica()];
  const hostSession = (changes: Partial<OpenGoverned> = {}): OpenGoverned => ({
    accountId: "acme",
    hostSessionId: "h1",
    user: ada,
    startedAt: clock.now(),
    ...changes,
  });
  return {
    clock,
    database,
    store,
    here,
    there,
    openReplica,
    troubles,
    hostSession,
    key: { accountId: "acme", hostSessionId: "h1" },
    /** The calls of the store during some work, but for the feed's reads. */
    async callsOf(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
      counts.clear();
      await work();
      return Object.fromEntries(counts);
    },
    /** Does something between each answer of the store, but for the feed's reads, and its arrival. */
    setAfterCall(work: () => void): void {
      afterCall = work;
    },
    setDown(down: boolean): void {
      isDown = down;
    },
    async trail(): Promise<readonly string[]> {
      const { items } = await here.events.list({ accountId: "acme", limit: 50, after: null });
      return items.map(({ type }) => type).reverse();
    },
  };
}

/** As `expect(…).rejects.toMatchObject`. */
export const revoked = (reason: string) => ({ code: "session_revoked", details: { reason } });
export const expired = (reason: string) => ({ code: "session_expired", details: { reason } });
