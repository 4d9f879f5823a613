/** What Prometheus itself makes. */
const OF_PROMETHEUS = ["up"];

/** Words of its language that are no metric. */
const WORDS = new Set(["and", "or", "unless", "by", "without", "on", "ignoring", "offset", "bool"]);

/**
 * The names of metrics in a PromQL expression.
 *
 * @param {string} expression
 * @returns {string[]}
 * @example metricsIn('sum by (le) (rate(a_total{route="/x"}[5m])) > 1') // ["a_total"]
 */
export function metricsIn(expression) {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "")
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, " ")
    .replaceAll(/\boffset\s+\w+/g, " ");
  const names = [...bare.matchAll(/(?<![\w.$:])([a-zA-Z_:][\w:]*)(?!\s*\()(?![\w:])/g)];
  return [...new Set(names.map(([, name = ""]) => name))].filter((name) => !WORDS.has(name));
}

/**
 * The names that can be asked for where a service answers `text`, in Prometheus' text format.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
export function exportedIn(text) {
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set([...names, ...OF_PROMETHEUS]);
}

/**
 * Rules of alert that ask for what nobody exports, or that no page explains.
 *
 * @param {{ groups?: { rules?: { alert?: string, expr?: string, annotations?: { runbook?: string } }[] }[] }} file
 * @param {{ exported: ReadonlySet<string>, page: string }} against `page` is the text of `docs/operations.md`
 * @returns {string[]} the faults
 */
export function alertFaults(file, { exported, page }) {
  const rules = (file.groups ?? []).flatMap((group) => group.rules ?? []);
  const headings = new Set([...page.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading));
  const alerts = rules.map(({ alert = "a rule without a name" }) => alert);
  const unexplained = rules.flatMap(({ alert = "", annotations }) =>
    headings.has(alert) && annotations?.runbook === `docs/operations.md#${alert.toLowerCase()}`
      ? []
      : [`${alert} has no heading in docs/operations.md that its runbook leads to`],
  );
  const gone = [...headings].filter((heading) => heading?.startsWith("Curfew") && !alerts.includes(heading));
  return [
    ...(rules.length === 0 ? ["there is no rule of alert"] : []),
    ...rules.flatMap(({ alert = "", expr = "" }) => expressionFaults(alert, expr, exported)),
    ...unexplained,
    ...gone.map((heading) => `docs/operations.md explains ${heading}, which is no rule`),
  ];
}

/**
 * Panels and variables of a Grafana dashboard that ask for what nobody exports.
 *
 * @param {{ panels: { title: string, targets?: { expr: string }[] }[], templating: { list: { name: string, definition?: string }[] } }} dashboard
 * @param {ReadonlySet<string>} exported
 * @returns {string[]} the faults
 */
export function dashboardFaults({ panels, templating }, exported) {
  const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  const listed = templating.list.flatMap(({ name, definition }) => {
    const expr = /^label_values\((.*), \w+\)$/.exec(definition ?? "")?.[1];
    return expr === undefined ? [] : [{ title: `variable ${name}`, expr }];
  });
  return [
    ...(asked.length === 0 ? ["the dashboard shows nothing"] : []),
    ...[...asked, ...listed].flatMap(({ title, expr }) => expressionFaults(title, expr, exported)),
  ];
}

/** @param {string} where @param {string} expression @param {ReadonlySet<string>} exported */
function expressionFaults(where, expression, exported) {
  const names = metricsIn(expression);
  if (names.length === 0) return [`${where}: names no metric`];
  return names.filter((name) => !exported.has(name)).map((name) => `${where}: nobody exports ${name}`);
}
