import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { installedPackages, isRunTime } from "../operations/collect-image.js";
import { composeFaults, interpolate } from "../operations/compose.js";
import { dockerfileFaults, instructionsOf } from "../operations/dockerfile.js";
import { logFaults } from "../operations/log-lines.js";
import { alertFaults, dashboardFaults, exportedIn, metricsIn } from "../operations/metrics.js";

describe("metrics that are asked for", () => {
  it("are found in an expression, and labels, functions, durations and texts are not taken for them", () => {
    expect(
      metricsIn(
        `sum by (le, route) (rate(a_total{status="503",route!="/b_total"}[5m])) > 0.01 * sum(rate(c_total[2m] offset 1h)) or vector(0)`,
      ),
    ).toEqual(["a_total", "c_total"]);
    expect(metricsIn('rate(d:sum{job="$job"}[$__rate_interval]) and on (instance) up')).toEqual([
      "d:sum",
      "up",
    ]);
  });

  it("are those that a service has a type for, a histogram by its three series", () => {
    const text =
      "# HELP a_total As.\n# TYPE a_total counter\n# TYPE t_seconds histogram\nt_seconds_bucket{} 1\n";
    expect([...exportedIn(text)]).toEqual([
      "a_total",
      "t_seconds_bucket",
      "t_seconds_sum",
      "t_seconds_count",
      "up",
    ]);
  });
});

describe("rules of alert and the dashboard", () => {
  const exported = new Set(["a_total", "up"]);
  const page = "### CurfewDown\n";
  /** @param {string} expr */
  const rule = (expr) => ({
    groups: [
      { rules: [{ alert: "CurfewDown", expr, annotations: { runbook: "docs/operations.md#curfewdown" } }] },
    ],
  });

  it("name what is exported and nothing else", () => {
    expect(alertFaults(rule("rate(a_total[1m]) > 0"), { exported, page })).toEqual([]);
    expect(alertFaults(rule("rate(b_total[1m]) > 0"), { exported, page })).toEqual([
      "CurfewDown: nobody exports b_total",
    ]);
    expect(alertFaults(rule("1 > 0"), { exported, page })).toEqual(["CurfewDown: names no metric"]);
    expect(
      dashboardFaults(
        {
          panels: [{ title: "As", targets: [{ expr: "a_total" }, { expr: "b_total" }] }],
          templating: { list: [{ name: "job", definition: "label_values(c_total, job)" }] },
        },
        exported,
      ),
    ).toEqual(["As: nobody exports b_total", "variable job: nobody exports c_total"]);
  });

  it("are explained one for one", () => {
    expect(alertFaults(rule("up == 0"), { exported, page: "### CurfewGone\n" })).toEqual([
      "CurfewDown has no heading in docs/operations.md that its runbook leads to",
      "docs/operations.md explains CurfewGone, which is no rule",
    ]);
  });
});

it("lines of the log and the page that explains them are the same", () => {
  const source = 'export type LogMessage =\n  | "ready"\n  | "crashed";\n';
  const page = "## What the log says\n| line | level |\n| `ready` | info |\n";
  expect(logFaults(source, `${page}| \`crashed\` | fatal |\n`)).toEqual([]);
  expect(logFaults(source, `${page}| \`gone\` | info |\n`)).toEqual([
    "docs/operations.md: nothing of “crashed”",
    "docs/operations.md: nobody logs “gone”",
  ]);
});

describe("a Dockerfile", () => {
  const sound = [
    "ARG NODE_IMAGE=node:22.1.0-slim",
    "FROM $NODE_IMAGE AS build",
    "COPY . .",
    "RUN npm ci \\",
    "  && npm run build",
    "FROM $NODE_IMAGE",
    "ENV PORT=4000 CURFEW_DATA_DIR=/data",
    "COPY --from=build /image ./",
    "VOLUME /data",
    "USER node",
    "EXPOSE 4000",
    "STOPSIGNAL SIGTERM",
    'HEALTHCHECK CMD ["node", "-e", "fetch(`/healthz`)"]',
  ].join("\n");
  const against = {
    exists: (/** @type {string} */ path) => path === ".",
    scripts: new Set(["build"]),
    collected: "/image",
  };

  it("is read with its continued lines joined and its comments left out", () => {
    expect(instructionsOf("# no\nRUN a \\\n  # no\n  && b\nuser node\n")).toEqual([
      { word: "RUN", rest: "a && b" },
      { word: "USER", rest: "node" },
    ]);
  });

  it.each([
    ["sound", "", "", []],
    ["node:22.1.0-slim", "node:22", "", ["Dockerfile: “22” is no version of Node that stays the same"]],
    ["COPY . .", "COPY src .", "", ["Dockerfile: COPY of src, which is not there"]],
    ["/image", "/build", "", ["Dockerfile: COPY of /build, which is not there"]],
    ["run build", "run pack", "", ["Dockerfile: there is no npm script pack"]],
    ["npm ci", "node scripts/gone.js", "", ["Dockerfile: there is no scripts/gone.js"]],
    ["USER node", "USER root", "", ["Dockerfile: runs as root"]],
    ["EXPOSE 4000", "EXPOSE 80", "", ["Dockerfile: EXPOSE is not PORT"]],
    ["SIGTERM", "SIGQUIT", "", ["Dockerfile: STOPSIGNAL is not what the service waits for"]],
    ["VOLUME /data", "VOLUME /var", "", ["Dockerfile: the data are in no volume"]],
    ["/healthz", "/", "", ["Dockerfile: no HEALTHCHECK"]],
    ["sound", "", "ENV CURFEW_SECRET=abc", ["Dockerfile: CURFEW_SECRET is in the image"]],
  ])("with %j as %j %s is found out", (before, after, more, faults) => {
    expect(dockerfileFaults(`${sound.replace(before, after)}\n${more}`, against)).toEqual(faults);
  });
});

describe("a compose file", () => {
  const bounds = { read_only: true, cap_drop: ["ALL"], restart: "always" };
  const replica = {
    ...bounds,
    image: "curfew:local",
    build: ".",
    environment: { DATABASE_URL: "postgres://u:p@db:5432/c", CURFEW_TRUSTED_PROXIES: "10.0.0.0/24" },
  };
  const sound = {
    services: {
      a: replica,
      b: replica,
      c: replica,
      db: { ...bounds, image: "postgres:18", healthcheck: {}, volumes: ["rows:/rows"] },
    },
    networks: { front: { ipam: { config: [{ subnet: "10.0.0.0/24" }] } }, back: null },
    volumes: { rows: null },
  };
  const against = {
    settings: new Set(["DATABASE_URL", "CURFEW_TRUSTED_PROXIES"]),
    port: "4000",
    proxy: "  reverse_proxy a:4000 b:4000 c:4000 {\n",
    exists: () => false,
  };

  it("goes with service, image and proxy", () => {
    expect(composeFaults(sound, against)).toEqual([]);
  });

  it("leads the proxy to every replica, at the image's port", () => {
    expect(composeFaults(sound, { ...against, port: "80" })).toEqual([
      "ops/Caddyfile: leads to a:4000, b:4000, c:4000, not to a:80, b:80, c:80",
    ]);
  });

  it("sets what the service reads, trusts the proxy alone, and lets nobody past it", () => {
    const environment = {
      DATABASE_URL: "postgres://u:p@gone/c",
      CURFEW_TRUSTED_PROXIES: "0.0.0.0/0",
      CURFEW_X: "1",
    };
    const c = { ...replica, environment, ports: ["4000:4000"] };
    expect(composeFaults({ ...sound, services: { ...sound.services, c } }, against)).toEqual([
      "compose.yaml: c sets CURFEW_X, which the service does not read",
      "compose.yaml: the database of c is no service with a health check",
      "compose.yaml: c trusts 0.0.0.0/0, which is no network of the proxy",
      "compose.yaml: c can be reached past the proxy",
    ]);
  });

  it("bounds each of its services, and mounts what is there", () => {
    const db = { image: "postgres", healthcheck: {}, volumes: ["gone:/rows", "./gone:/etc"] };
    expect(composeFaults({ ...sound, services: { ...sound.services, db } }, against)).toEqual([
      "compose.yaml: db has no version",
      "compose.yaml: db can write to its root",
      "compose.yaml: db keeps capabilities",
      "compose.yaml: db is not started again",
      "compose.yaml: db mounts gone, which is not there",
      "compose.yaml: db mounts ./gone, which is not there",
    ]);
  });

  it("is filled in with values, and not without", () => {
    expect(interpolate(`a: \${A:?say} \${B}`, { A: "1", B: "2" })).toBe("a: 1 2");
    expect(() => interpolate(`\${A}`, { A: "" })).toThrow("compose.yaml: A has no value");
  });
});

describe("what the image holds", () => {
  /** @type {string[]} */
  const made = [];
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
  });

  /** @param {Record<string, object>} packages each by its path */
  function install(packages) {
    const directory = mkdtempSync(join(tmpdir(), "curfew-packages-"));
    made.push(directory);
    for (const [path, manifest] of Object.entries(packages)) {
      mkdirSync(join(directory, path), { recursive: true });
      writeFileSync(join(directory, path, "package.json"), JSON.stringify(manifest));
    }
    return directory;
  }

  it("is each package with what it needs, wherever that is installed, and no installer", () => {
    const top = install({
      "node_modules/a": {
        dependencies: { b: "1", "prebuild-install": "1" },
        optionalDependencies: { d: "1", e: "1" },
      },
      "node_modules/a/node_modules/b": { dependencies: { c: "1" } },
      "node_modules/b": {},
      "node_modules/c": { dependencies: { a: "1" } },
      "node_modules/d": {},
      "node_modules/prebuild-install": {},
    });
    expect([...installedPackages(top, ["a"])].map((path) => relative(top, path))).toEqual([
      "node_modules/a",
      "node_modules/a/node_modules/b",
      "node_modules/c",
      "node_modules/d",
    ]);
  });

  it("lacks nothing that is needed without being told", () => {
    const top = install({ "node_modules/a": { dependencies: { b: "1" } } });
    expect(() => installedPackages(top, ["a"])).toThrow("b is not installed; run: npm ci");
  });

  it("is the binary of a package, without what it was built of", () => {
    const kept = ["", "LICENSE", "lib/index.js", "build", "build/Release", "build/Release/a_b.node"];
    const left = [
      "deps/a.c",
      "src",
      "binding.gyp",
      "build/Makefile",
      "build/Release/obj/a.o",
      "node_modules/b",
    ];
    expect([...kept, ...left].filter((path) => isRunTime(path, true))).toEqual(kept);
    expect(isRunTime("src/index.js", false)).toBe(true);
  });
});
