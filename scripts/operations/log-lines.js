/**
 * Lines of the log that the page does not explain, and explained ones that are not logged.
 *
 * @param {string} source of `log.ts`, where the lines are a closed list
 * @param {string} page the text of `docs/operations.md`
 * @returns {string[]} the faults
 */
export function logFaults(source, page) {
  const list = /export type LogMessage =([^;]*);/.exec(source)?.[1] ?? "";
  const logged = [...list.matchAll(/"([^"]+)"/g)].map(([, line = ""]) => line);
  const [, section = ""] = page.split(/^## What the log says$/m);
  const explained = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, line = ""]) => line);
  return [
    ...(logged.length === 0 ? ["log.ts: no list of lines found"] : []),
    ...logged
      .filter((line) => !explained.includes(line))
      .map((line) => `docs/operations.md: nothing of “${line}”`),
    ...explained
      .filter((line) => !logged.includes(line))
      .map((line) => `docs/operations.md: nobody logs “${line}”`),
  ];
}
