import { describe, expect, it } from "vitest";
import { parseCommand } from "../../../src/command/parse-command.js";

describe("A command line", () => {
  it.each(["serve", "migrate", "demo"] as const)("names the command %s", (name) => {
    expect(parseCommand([name])).toEqual({ kind: name });
  });

  it.each([[[]], [["help"]], [["--help"]], [["-h"]], [["serve", "--help"]], [["--help", "--version"]]])(
    "%j asks for help",
    (args) => {
      expect(parseCommand(args)).toEqual({ kind: "help" });
    },
  );

  it.each([[["--version"]], [["-v"]], [["demo", "-v"]]])("%j asks for the version", (args) => {
    expect(parseCommand(args)).toEqual({ kind: "version" });
  });

  it.each([
    [["start"], 'unknown command "start"'],
    [["Serve"], 'unknown command "Serve"'],
    [[""], 'unknown command ""'],
    [["a\nb"], 'unknown command "a\\nb"'],
    [["serve", "now"], "serve takes no argument"],
    [["migrate", "demo"], "migrate takes no argument"],
    [["--port"], "unknown option --port"],
    [["serve", "--port=4000"], "unknown option --port"],
    [["serve", "-p", "4000"], "unknown option -p"],
    [["--help=yes"], "unknown option --help"],
    [["--no-help"], "unknown option --no-help"],
  ])("%j is unusable, and why is told", (args, reason) => {
    expect(parseCommand(args)).toEqual({
      kind: "unusable",
      message: `${reason}; curfew --help tells what there is`,
    });
  });
});
