import { DEFAULT_POLICY_SETTINGS } from "@curfew/core/policy";
import type { SqlDatabase } from "@curfew/sql";
import { createPasswords } from "../passwords/passwords.js";
import { assemble } from "../process/assemble.js";
import type { Settings } from "../settings/model.js";
import { noScheduler, type PastClock } from "./past-clock.js";
import { rememberingPasswords } from "./remembering-passwords.js";
import { openDoor } from "./seat.js";
import { createTimeline } from "./timeline.js";
import { writeToday } from "./today.js";
import { writeWeeksBefore } from "./weeks-before.js";

export interface Seedbed {
  readonly settings: Settings;
  /** Tells the time by `clock`. */
  readonly database: SqlDatabase;
  readonly secrets: readonly Uint8Array[];
  readonly clock: PastClock;
}

/**
 * Fills an empty database with three weeks of an account's life, by calling the service as its people would, in the past.
 *
 * @param now the end of it, in milliseconds since the Unix epoch
 */
export async function seed({ settings, database, secrets, clock }: Seedbed, now: number): Promise<void> {
  const publicUrl = "http://localhost";
  const service = assemble({
    settings: { ...settings, registration: "open", rateLimit: false, policy: DEFAULT_POLICY_SETTINGS },
    database,
    secrets,
    publicUrl,
    log: () => undefined,
    time: { clock, scheduler: noScheduler },
    passwords: rememberingPasswords(createPasswords()),
  });
  await service.ready();
  const door = openDoor(service, publicUrl);
  const timeline = createTimeline(clock);
  writeWeeksBefore(timeline, door, now);
  writeToday(timeline, door, now);
  await timeline.play();
  service.close();
  clock.letGo();
}
