/**
 * Finds log lines that `docs/operations.md` does not explain, and explained lines that are never logged.
 *
 * @param {string} source the text of `log.ts`, which lists the log lines
 * @param {string} page the text of `docs/operations.md`
 * @returns {string[]} the faults
 */
export function logFaults(source, page) {
  const list = /export type LogMessage =([^;]*);/.exec(source)?.[1] ?? "";
  const logged = [...list.matchAll(/"([^"]+)"/g)].map(([, line = ""]) => line);
  const [, section = ""] = page.split(/^## What the log says$/m);
  const explained = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, line = ""]) => line);
  return [
    ...(logged.length === 0 ? ["log.ts: list of log lines not found"] : []),
    ...logged
      .filter((line) => !explained.includes(line))
      .map((line) => `docs/operations.md: "${line}" is missing`),
    ...explained
      .filter((line) => !logged.includes(line))
      .map((line) => `docs/operations.md: "${line}" is never logged`),
  ];
}
