import { createSetupToken } from "../accounts/setup-token.js";
import { loadSecretFile } from "../process/secret-file.js";
import { StartFailure } from "../process/start-failure.js";
import type { Settings } from "../settings/model.js";
import { answerCommand } from "./answer-command.js";
import { answerSetupToken } from "./commands.js";

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
  const answer = await answerCommand(
    settings,
    { command: "setup-token", args: [] },
    async ({ database, location }) => {
      const secrets = settings.secrets ?? [await loadSecretFile(settings.dataDirectory)];
      const here = await answerSetupToken(createSetupToken(database, secrets));
      if (here.ok) printError(`curfew: this is the setup token of the database in ${location}\n`);
      return here;
    },
  );
  if (!answer.ok) throw new StartFailure(answer.message);
  print(answer.text);
  return 0;
}
