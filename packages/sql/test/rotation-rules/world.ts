import { type Curfew, createCurfew, isCurfewError } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { onTestFinished } from "vitest";
import { createSqlStore } from "../../src/index.js";
import { openMigratedSqlite } from "../support/migrated-sqlite.js";

/** The settings that decide when an unbound session ends as `token_reused`. */
export interface Rules {
  readonly rotationGraceSeconds: number;
  readonly shadowLimit: number;
}

/** Reproducible random choices. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 (inclusive) to `end` (exclusive); the generator is that of Numerical Recipes. */
  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * end);
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }
}

/** One unbound session, and the parties that hold its tokens. */
export class World {
  readonly random: Random;
  readonly #curfew: Curfew;
  readonly #clock: FakeClock;
  readonly #stolenFrom: number;
  #newest: string;
  #addresses = 0;
  #isLive = true;

  constructor(curfew: Curfew, clock: FakeClock, token: string, seed: number) {
    this.random = new Random(seed);
    this.#curfew = curfew;
    this.#clock = clock;
    this.#newest = token;
    this.#stolenFrom = seed % 200;
  }

  /** The token of the sign-in. */
  get firstToken(): string {
    return this.#newest;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  wait(ms: number): void {
    this.#clock.stall(ms);
  }

  /** An address in a network that nobody had before. */
  newAddress(): string {
    this.#addresses += 1;
    const [high, low] = [this.#addresses >> 8, this.#addresses & 0xff];
    return this.random.chance(0.5) ? `2001:db8:${high}:${low}::1` : `10.${this.#stolenFrom}.${high}.${low}`;
  }

  /** Presents a token, and returns the current one; the same token once the session has ended. */
  async refresh(token: string, ip: string): Promise<string> {
    try {
      return (await this.#curfew.sessions.refresh(token, { ip })).refreshToken;
    } catch (error) {
      if (!isCurfewError(error, "session_revoked")) throw error;
      this.#isLive = false;
      return token;
    }
  }
}

/** Opens an engine with these rules, and returns a function that signs in. */
export async function openWorlds(rules: Rules): Promise<(seed: number) => Promise<World>> {
  const clock = new FakeClock();
  const database = await openMigratedSqlite(clock.now);
  const curfew = createCurfew({
    store: createSqlStore(database),
    secret: new Uint8Array(32).fill(7),
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
    ...rules,
  }) as unknown as Curfew;
  onTestFinished(async () => {
    curfew.close();
    await database.close();
  });
  return async (seed) => {
    const user = { id: `user-${seed}`, name: "Ada", email: "ada@example.test", role: "owner" as const };
    const { refreshToken } = await curfew.sessions.start({ accountId: "account", user });
    return new World(curfew, clock, refreshToken, seed);
  };
}
