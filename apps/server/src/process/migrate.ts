import type { Surroundings } from "../command/run-command.js";
import type { Settings } from "../settings/model.js";
import { openDatabase } from "./open-database.js";

/**
 * `curfew migrate`: brings the database up to date, and stops.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function migrate(
  settings: Pick<Settings, "postgres" | "dataDirectory">,
  { print }: Pick<Surroundings, "print">,
): Promise<0> {
  const { database, place } = await openDatabase(settings);
  await database.close();
  print(`The data in ${place} are up to date\n`);
  return 0;
}
