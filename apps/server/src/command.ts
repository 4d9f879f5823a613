import { parseArgs } from "node:util";
import type { BackupTarget } from "./operator/backup-file.js";
import { VERSION } from "./package-files.js";
import { StartFailure } from "./process/start-failure.js";
import type { Environment, Settings } from "./settings/model.js";
import { readSettings } from "./settings/read-settings.js";

/** The output of `curfew --help`. */
export const HELP_TEXT = `Usage: curfew <command>

Commands:
  serve          run the service
  migrate        apply database migrations and exit
  setup-token    print what the first account needs while registration is closed
  password-link EMAIL
                 print a link with which a person chooses a new password
  backup FILE    copy the embedded database to a file, also beside a running service
  demo           run the service with sample data in a temporary directory

Options:
  -f, --force      let backup replace a file
  -h, --help       print this help
  -v, --version    print the version

Settings are environment variables:
  HOST (127.0.0.1)  PORT (4000)  CURFEW_DATA_DIR (./data)  CURFEW_SECRET  CURFEW_PUBLIC_URL
  DATABASE_URL  CURFEW_DATABASE_DIRECT_URL  CURFEW_DATABASE_POOLED (false)  CURFEW_DATABASE_POOL (10)
  CURFEW_ALLOWED_ORIGINS  CURFEW_TRUSTED_PROXIES  CURFEW_HSTS_SUBDOMAINS (false)
  CURFEW_COOKIE_NAME (curfew_refresh)  CURFEW_COOKIE_SAMESITE (strict)  CURFEW_REGISTRATION (open)
  CURFEW_DEFAULT_IDLE_MINUTES (60)  CURFEW_IDLE_MINUTES_MIN (10)  CURFEW_IDLE_MINUTES_MAX (43200)
  CURFEW_DEFAULT_ABSOLUTE_MINUTES (1440)  CURFEW_ABSOLUTE_MINUTES_MIN (30)  CURFEW_ABSOLUTE_MINUTES_MAX (129600)
  CURFEW_ACCESS_TOKEN_SECONDS (300)  CURFEW_ROTATION_GRACE_SECONDS (10)  CURFEW_SHADOW_LIMIT (3)
  CURFEW_WARNING_SECONDS (300)  CURFEW_RATE_LIMIT (on)  CURFEW_REAUTH_MINUTES (15)  CURFEW_SESSIONS_PER_USER (100)
  CURFEW_AUDIT_DAYS (365)  CURFEW_METRICS_TOKEN  CURFEW_LOG_LEVEL (info)
A secret can come from a file: CURFEW_SECRET_FILE, CURFEW_METRICS_TOKEN_FILE, DATABASE_URL_FILE,
  CURFEW_DATABASE_DIRECT_URL_FILE

Exit codes: 0 success, 1 failed to start or stop, 2 invalid setting or command line.
`;

const COMMANDS = ["serve", "migrate", "setup-token", "demo"] as const;

type SettingsCommand =
  | { readonly kind: (typeof COMMANDS)[number] }
  | { readonly kind: "password-link"; readonly email: string }
  | { readonly kind: "backup"; readonly target: BackupTarget };

export type ParsedCommand =
  | SettingsCommand
  | { readonly kind: "help" | "version" }
  | { readonly kind: "invalid"; readonly message: string };

/**
 * Parses a command line.
 *
 * @param args without the interpreter and the script
 * @example parseCommand(["serve"]) // { kind: "serve" }
 */
export function parseCommand(args: readonly string[]): ParsedCommand {
  const { tokens, values, positionals } = parseArgs({
    args: [...args],
    options: {
      force: { type: "boolean", short: "f" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens)
    if (
      token.kind === "option" &&
      (!["force", "help", "version"].includes(token.name) || token.value !== undefined)
    )
      return invalid(`unknown option ${token.rawName}`);
  const { force, help, version } = values;
  if (help === true) return { kind: "help" };
  if (version === true) return { kind: "version" };
  const [name, argument, ...rest] = positionals;
  if (name === undefined || name === "help") return { kind: "help" };
  if (name === "backup") {
    if (argument === undefined || argument === "" || rest.length > 0)
      return invalid("backup takes the name of one file");
    return { kind: "backup", target: { file: argument, replaces: force === true } };
  }
  if (force === true) return invalid(`${name} takes no option --force`);
  if (name === "password-link") {
    if (argument === undefined || argument === "" || rest.length > 0)
      return invalid("password-link takes one e-mail");
    return { kind: "password-link", email: argument };
  }
  const command = COMMANDS.find((candidate) => candidate === name);
  if (command === undefined) return invalid(`unknown command ${JSON.stringify(name)}`);
  return argument === undefined ? { kind: command } : invalid(`${command} takes no argument`);
}

const invalid = (reason: string): ParsedCommand => ({
  kind: "invalid",
  message: `${reason}; see curfew --help`,
});

/** The environment and the output streams of a command. */
export interface CommandIo {
  readonly environment: Environment;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes to standard error. */
  printError(line: string): void;
}

/**
 * Runs a command to completion.
 *
 * @param args the command line, without the interpreter and the script
 * @returns the exit code: 0 success, 1 failed to start or stop, 2 invalid setting or command line
 */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const command = parseCommand(args);
  switch (command.kind) {
    case "help":
      io.print(HELP_TEXT);
      return 0;
    case "version":
      io.print(`${VERSION}\n`);
      return 0;
    case "invalid":
      return fail(io, command.message, 2);
    default:
      return runWithSettings(command, io);
  }
}

async function runWithSettings(command: SettingsCommand, io: CommandIo): Promise<number> {
  const read = readSettings(io.environment);
  if (!read.ok) return fail(io, `${read.name}: ${read.message}`, 2);
  try {
    switch (command.kind) {
      case "backup":
        return await runBackup(read.settings, command.target, io);
      case "password-link":
        return await runPasswordLink(read.settings, command.email, io);
      default:
        return await run[command.kind](read.settings, io);
    }
  } catch (error) {
    if (error instanceof StartFailure) return fail(io, error.message, error.exitCode);
    throw error;
  }
}

/** Imported on demand, so that a command loads only the modules that it uses. */
const run: Readonly<
  Record<(typeof COMMANDS)[number], (settings: Settings, io: CommandIo) => Promise<number>>
> = {
  async serve(settings, { print }) {
    const { serve } = await import("./process/serve.js");
    return await serve(settings, print);
  },
  async migrate(settings, { print }) {
    const { openDatabase } = await import("./database/open-database.js");
    const { createLog, logSharedAddress } = await import("./operations/log.js");
    const onSharedAddress = logSharedAddress(createLog(settings.logLevel));
    const { database, location } = await openDatabase(settings, onSharedAddress);
    await database.close();
    print(`All migrations are applied to ${location}\n`);
    return 0;
  },
  async "setup-token"(settings, io) {
    const { setupTokenCommand } = await import("./operator/setup-token-command.js");
    return await setupTokenCommand(settings, io);
  },
  async demo(settings, { print, environment }) {
    const { runDemo } = await import("./demo/run-demo.js");
    const { PORT = "" } = environment;
    return await runDemo(settings, { print, isPortFixed: PORT.trim() !== "" });
  },
};

async function runBackup(settings: Settings, target: BackupTarget, { print }: CommandIo): Promise<number> {
  const { backupCommand } = await import("./operator/backup-command.js");
  return await backupCommand(settings, target, print);
}

async function runPasswordLink(settings: Settings, email: string, io: CommandIo): Promise<number> {
  const { passwordLinkCommand } = await import("./operator/password-link-command.js");
  return await passwordLinkCommand(settings, email, io);
}

function fail(io: CommandIo, message: string, exitCode: 1 | 2): 1 | 2 {
  io.printError(`curfew: ${message.replaceAll(/\s+/g, " ")}\n`);
  return exitCode;
}
