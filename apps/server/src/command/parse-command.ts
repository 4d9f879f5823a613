import { parseArgs } from "node:util";

export const COMMANDS = ["serve", "migrate", "demo"] as const;

export type CommandName = (typeof COMMANDS)[number];

/** What a command line asks for. */
export type ParsedCommand =
  | { readonly kind: CommandName | "help" | "version" }
  | { readonly kind: "unusable"; readonly message: string };

/**
 * Reads a command line. Pure.
 *
 * @param args without the interpreter and the script
 * @example parseCommand(["serve"]) // { kind: "serve" }
 */
export function parseCommand(args: readonly string[]): ParsedCommand {
  const { tokens, values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens)
    if (token.kind === "option" && (!["help", "version"].includes(token.name) || token.value !== undefined))
      return unusable(`unknown option ${token.rawName}`);
  const { help, version } = values;
  if (help === true) return { kind: "help" };
  if (version === true) return { kind: "version" };
  const [name, extra] = positionals;
  if (name === undefined || name === "help") return { kind: "help" };
  const command = COMMANDS.find((candidate) => candidate === name);
  if (command === undefined) return unusable(`unknown command ${JSON.stringify(name)}`);
  return extra === undefined ? { kind: command } : unusable(`${command} takes no argument`);
}

const unusable = (reason: string): ParsedCommand => ({
  kind: "unusable",
  message: `${reason}; curfew --help tells what there is`,
});
