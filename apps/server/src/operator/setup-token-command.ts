import { isCurfewError } from "@curfew/core";
import { createSetupToken } from "../accounts/setup-token.js";
import { openDatabase } from "../database/open-database.js";
import { loadSecretFile } from "../process/secret-file.js";
import { StartFailure } from "../process/start-failure.js";
import type { Settings } from "../settings/model.js";
import { callService } from "./call-service.js";
import { answerSetupToken } from "./commands.js";
import type { ControlAnswer } from "./protocol.js";

/**
 * `curfew setup-token`: prints the setup token, beside a running service or without one. Without one it also says which database
 * the token is for, on standard error: another directory has another token.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function setupTokenCommand(
  settings: Settings,
  { print, printError }: { print(text: string): void; printError(line: string): void },
): Promise<0> {
  const answer = (await askService(settings)) ?? (await readHere(settings, printError));
  if (!answer.ok) throw new StartFailure(answer.message);
  print(answer.text);
  return 0;
}

/** Asks the process that holds the embedded database; null if there is none, or a server has the database. */
const askService = ({ postgres, dataDirectory }: Settings): Promise<ControlAnswer | null> =>
  postgres === null
    ? callService(dataDirectory, { command: "setup-token", args: [] })
    : Promise.resolve(null);

async function readHere(settings: Settings, printError: (line: string) => void): Promise<ControlAnswer> {
  const { database, location } = await openDatabase(settings);
  try {
    const secrets = settings.secrets ?? [await loadSecretFile(settings.dataDirectory)];
    const answer = await answerSetupToken(createSetupToken(database, secrets));
    if (answer.ok) printError(`curfew: this is the setup token of the database in ${location}\n`);
    return answer;
  } catch (error) {
    if (isCurfewError(error, "unavailable"))
      throw new StartFailure("the database does not respond", 1, error);
    throw error;
  } finally {
    await database.close();
  }
}
