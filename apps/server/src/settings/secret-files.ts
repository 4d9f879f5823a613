import { readFileSync } from "node:fs";
import type { Environment, SettingFault } from "./model.js";
import type { VariableName } from "./variables.js";

/** The variables that hold secrets. Each can come from a file, such as one that an orchestrator mounts. */
const SECRET_VARIABLES: readonly VariableName[] = [
  "CURFEW_SECRET",
  "CURFEW_METRICS_TOKEN",
  "DATABASE_URL",
  "CURFEW_DATABASE_DIRECT_URL",
];

const SUFFIX = "_FILE";

/** Whether a variable names the file of a secret. */
export const isSecretFile = (name: string): boolean =>
  SECRET_VARIABLES.some((secret) => name === `${secret}${SUFFIX}`);

/** Reads the secrets that come from files, by the variable that each stands for. */
export function readSecretFiles(
  environment: Environment,
): { ok: true; texts: Readonly<Record<string, string>> } | SettingFault {
  const texts: Record<string, string> = {};
  for (const variable of SECRET_VARIABLES) {
    const name = `${variable}${SUFFIX}`;
    const path = environment[name]?.trim() ?? "";
    if (path === "") continue;
    if ((environment[variable]?.trim() ?? "") !== "")
      return { ok: false, name, message: `can't be set together with ${variable}` };
    const text = readText(path);
    if (text === null) return { ok: false, name, message: "names a file that can't be read" };
    if (text === "") return { ok: false, name, message: "names an empty file" };
    texts[variable] = text;
  }
  return { ok: true, texts };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
