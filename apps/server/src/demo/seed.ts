import { DEFAULT_POLICY_SETTINGS } from "@curfew/core/policy";
import type { SqlDatabase } from "@curfew/sql";
import { createPasswords, type Passwords } from "../passwords/passwords.js";
import { assemble } from "../process/assemble.js";
import type { Settings } from "../settings/model.js";
import { createSendRequest } from "./api-client.js";
import { scheduleOpenSessions, schedulePastWeeks } from "./history.js";
import { createTimeline, noScheduler, type SimulatedClock } from "./simulated-time.js";

export interface SeedOptions {
  readonly settings: Settings;
  /** An empty database that uses `clock`. */
  readonly database: SqlDatabase;
  readonly secrets: readonly Uint8Array[];
  readonly clock: SimulatedClock;
}

/**
 * Fills a database with three weeks of an account's history, by calling the service's API at simulated times.
 *
 * @param now the end of the history, in milliseconds since the Unix epoch
 */
export async function seed({ settings, database, secrets, clock }: SeedOptions, now: number): Promise<void> {
  const publicUrl = "http://localhost";
  const service = assemble({
    settings: { ...settings, registration: "open", rateLimit: false, policy: DEFAULT_POLICY_SETTINGS },
    database,
    secrets,
    publicUrl,
    log: () => undefined,
    time: { clock, scheduler: noScheduler },
    passwords: cacheChecks(createPasswords()),
  });
  await service.ready();
  const send = createSendRequest(service, publicUrl);
  const timeline = createTimeline(clock);
  schedulePastWeeks(timeline, send, now);
  scheduleOpenSessions(timeline, send, now);
  await timeline.run();
  service.close();
  clock.release();
}

/** Checks each password against each hash only once, since the history contains many sign-ins. */
function cacheChecks(passwords: Passwords): Passwords {
  const checks = new Map<string, Promise<boolean>>();
  return {
    isCommon: passwords.isCommon,
    hash: passwords.hash,
    isOutdated: passwords.isOutdated,
    get pending() {
      return passwords.pending;
    },
    check(passwordHash, password, network) {
      const key = JSON.stringify([passwordHash, password]);
      const check = checks.get(key) ?? passwords.check(passwordHash, password, network);
      checks.set(key, check);
      check.catch(() => checks.delete(key));
      return check;
    },
  };
}
