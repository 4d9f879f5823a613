import { StartFailure } from "../process/start-failure.js";
import { VERSION } from "../process/version.js";
import type { Environment, Settings } from "../settings/model.js";
import { readSettings } from "../settings/read-settings.js";
import { HELP_TEXT } from "./help-text.js";
import { type CommandName, parseCommand } from "./parse-command.js";

/** What a command touches outside of itself. */
export interface Surroundings {
  readonly environment: Environment;
  /** Lines for people: where the service can be reached. */
  print(text: string): void;
  /** The one line of a failure. */
  complain(line: string): void;
}

/**
 * Runs one command to its end.
 *
 * @param args the command line, without the interpreter and the script
 * @returns the exit code: 0 done or stopped as asked, 1 could not start or stop, 2 a setting or the line makes no sense
 */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const command = parseCommand(args);
  switch (command.kind) {
    case "help":
      surroundings.print(HELP_TEXT);
      return 0;
    case "version":
      surroundings.print(`${VERSION}\n`);
      return 0;
    case "unusable":
      return fail(surroundings, command.message, 2);
    default:
      return runWithSettings(command.kind, surroundings);
  }
}

async function runWithSettings(command: CommandName, surroundings: Surroundings): Promise<number> {
  const read = readSettings(surroundings.environment);
  if (!read.ok) return fail(surroundings, `${read.name}: ${read.message}`, 2);
  try {
    return await run[command](read.settings, surroundings);
  } catch (error) {
    if (error instanceof StartFailure) return fail(surroundings, error.message, error.exitCode);
    throw error;
  }
}

/** Each in a chunk of its own, so that none waits for what it does not need. */
const run: Readonly<Record<CommandName, (settings: Settings, to: Surroundings) => Promise<number>>> = {
  serve: async (settings, to) => (await import("../process/serve.js")).serve(settings, to),
  migrate: async (settings, to) => (await import("../process/migrate.js")).migrate(settings, to),
  demo: async (settings, to) => (await import("../demo/run-demo.js")).runDemo(settings, to),
};

function fail(surroundings: Surroundings, message: string, exitCode: 1 | 2): 1 | 2 {
  surroundings.complain(`curfew: ${message.replaceAll(/\s+/g, " ")}\n`);
  return exitCode;
}
