import { parser } from "@prometheus-io/lezer-promql";

/** Series that Prometheus itself creates. */
const OF_PROMETHEUS = ["up"];

/**
 * Finds the metric names in a PromQL expression. Durations may be Grafana variables.
 *
 * @param {string} expression
 * @returns {string[]}
 * @throws if it is not valid PromQL
 * @example metricsIn('sum by (le) (rate(a_total{route="/x"}[5m])) > 1') // ["a_total"]
 */
export function metricsIn(expression) {
  const text = expression.replaceAll(/\[\$\w+\]/g, "[1m]");
  /** @type {Set<string>} */
  const names = new Set();
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) throw new Error(`invalid PromQL at character ${from}: ${text}`);
      if (name === "Identifier") names.add(text.slice(from, to));
    },
  });
  return [...names];
}

/**
 * Lists the series that a service exports.
 *
 * @param {string} text the response of `/metrics` in Prometheus' text format
 * @returns {Set<string>}
 */
export function exportedIn(text) {
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set([...names, ...OF_PROMETHEUS]);
}

/**
 * Finds alert rules that query a series that is not exported, or that have no runbook.
 *
 * @param {{ groups?: { rules?: { alert?: string, expr?: string, annotations?: { runbook?: string } }[] }[] }} file
 * @param {{ exported: ReadonlySet<string>, page: string }} against `page` is the text of `docs/operations.md`
 * @returns {string[]} the faults
 */
export function alertFaults(file, { exported, page }) {
  const rules = (file.groups ?? []).flatMap((group) => group.rules ?? []);
  const headings = new Set([...page.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading));
  const alerts = rules.map(({ alert = "an unnamed rule" }) => alert);
  const unexplained = rules.flatMap(({ alert = "", annotations }) =>
    headings.has(alert) && annotations?.runbook === `docs/operations.md#${alert.toLowerCase()}`
      ? []
      : [`${alert}: its runbook is not a heading of docs/operations.md`],
  );
  const obsolete = [...headings].filter(
    (heading) => heading?.startsWith("Curfew") && !alerts.includes(heading),
  );
  return [
    ...(rules.length === 0 ? ["there are no alert rules"] : []),
    ...rules.flatMap(({ alert = "", expr = "" }) => expressionFaults(alert, expr, exported)),
    ...unexplained,
    ...obsolete.map((heading) => `docs/operations.md: ${heading} is not an alert rule`),
  ];
}

/**
 * Finds panels and variables of a Grafana dashboard that query a series that is not exported.
 *
 * @param {{ panels: { title: string, targets?: { expr: string }[] }[], templating: { list: { name: string, definition?: string }[] } }} dashboard
 * @param {ReadonlySet<string>} exported
 * @returns {string[]} the faults
 */
export function dashboardFaults({ panels, templating }, exported) {
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  const variables = templating.list.flatMap(({ name, definition }) => {
    const expr = /^label_values\((.*), \w+\)$/.exec(definition ?? "")?.[1];
    return expr === undefined ? [] : [{ title: `variable ${name}`, expr }];
  });
  return [
    ...(queries.length === 0 ? ["the dashboard has no queries"] : []),
    ...[...queries, ...variables].flatMap(({ title, expr }) => expressionFaults(title, expr, exported)),
  ];
}

/** @param {string} where @param {string} expression @param {ReadonlySet<string>} exported */
function expressionFaults(where, expression, exported) {
  const names = metricsIn(expression);
  if (names.length === 0) return [`${where}: queries no metric`];
  return names.filter((name) => !exported.has(name)).map((name) => `${where}: ${name} is not exported`);
}
