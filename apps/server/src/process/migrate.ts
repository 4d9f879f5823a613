import type { Surroundings } from "../command/run-command.js";
import type { Settings } from "../settings/model.js";
import { openData } from "./open-data.js";

/**
 * `curfew migrate`: brings the database up to date, and stops.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function migrate(
  { dataDirectory }: Pick<Settings, "dataDirectory">,
  { print }: Pick<Surroundings, "print">,
): Promise<0> {
  const database = await openData(dataDirectory);
  await database.close();
  print(`The database in ${dataDirectory} is up to date\n`);
  return 0;
}
