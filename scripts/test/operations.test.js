import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { installedPackages, isRunTime } from "../operations/collect-image.js";
import { composeFaults, interpolate } from "../operations/compose.js";
import { dockerfileFaults, readImage } from "../operations/dockerfile.js";
import { logFaults } from "../operations/log-lines.js";
import { alertFaults, dashboardFaults, exportedIn, metricsIn } from "../operations/metrics.js";

describe("the metrics of a query", () => {
  it("are its selectors, without labels, functions, durations and strings", () => {
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

  it("can't be read from invalid PromQL", () => {
    expect(() => metricsIn("sum(rate(a_total[5m])")).toThrow("invalid PromQL");
  });

  it("are exported if /metrics declares their type, a histogram as three series", () => {
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

describe("alert rules and the dashboard", () => {
  const exported = new Set(["a_total", "up"]);
  const page = "### CurfewDown\n";
  /** @param {string} expr */
  const rule = (expr) => ({
    groups: [
      { rules: [{ alert: "CurfewDown", expr, annotations: { runbook: "docs/operations.md#curfewdown" } }] },
    ],
  });

  it("must query only exported series", () => {
    expect(alertFaults(rule("rate(a_total[1m]) > 0"), { exported, page })).toEqual([]);
    expect(alertFaults(rule("rate(b_total[1m]) > 0"), { exported, page })).toEqual([
      "CurfewDown: b_total is not exported",
    ]);
    expect(alertFaults(rule("1 > 0"), { exported, page })).toEqual(["CurfewDown: queries no metric"]);
    expect(
      dashboardFaults(
        {
          panels: [{ title: "As", targets: [{ expr: "a_total" }, { expr: "b_total" }] }],
          templating: { list: [{ name: "job", definition: "label_values(c_total, job)" }] },
        },
        exported,
      ),
    ).toEqual(["As: b_total is not exported", "variable job: c_total is not exported"]);
  });

  it("must have a runbook each, and each runbook a rule", () => {
    expect(alertFaults(rule("up == 0"), { exported, page: "### CurfewGone\n" })).toEqual([
      "CurfewDown: its runbook is not a heading of docs/operations.md",
      "docs/operations.md: CurfewGone is not an alert rule",
    ]);
  });
});

it("docs/operations.md must explain exactly the lines that are logged", () => {
  const source = 'export type LogMessage =\n  | "ready"\n  | "crashed";\n';
  const page = "## What the log says\n| line | level |\n| `ready` | info |\n";
  expect(logFaults(source, `${page}| \`crashed\` | fatal |\n`)).toEqual([]);
  expect(logFaults(source, `${page}| \`gone\` | info |\n`)).toEqual([
    'docs/operations.md: "crashed" is missing',
    'docs/operations.md: "gone" is never logged',
  ]);
});

describe("a Dockerfile", () => {
  const sound = [
    "ARG NODE_IMAGE=node:22.23.3-slim",
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

  it("defines environment, entry point and health check in its last stage", () => {
    const text = `FROM a\nENV A=0\nFROM b\nENV A=1 \\\n  # no\n  B="two words"\nentrypoint ["node", "x.js"]\nHEALTHCHECK --interval=5s CMD ["node", "-e", "1"]`;
    expect(readImage(text)).toEqual({
      environment: { A: "1", B: "two words" },
      entryPoint: ["node", "x.js"],
      healthCheck: ["node", "-e", "1"],
    });
  });

  it.each([
    ["sound", "", "", []],
    [
      "node:22.23.3-slim",
      "node:22",
      "",
      ['Dockerfile: the Node image "22" is not pinned to a patch version'],
    ],
    ["22.23.3", "22.23.4", "", []],
    ["22.23.3", "23.0.0", "", []],
    ["22.23.3", "22.21.1", "", ['Dockerfile: the Node image "22.21.1-slim" is older than 22.23.3']],
    ["COPY . .", "COPY src .", "", ["Dockerfile: COPY of src, which does not exist"]],
    ["/image", "/build", "", ["Dockerfile: COPY of /build, which does not exist"]],
    ["run build", "run pack", "", ["Dockerfile: RUN of the npm script pack, which does not exist"]],
    ["npm ci", "node scripts/gone.js", "", ["Dockerfile: RUN of scripts/gone.js, which does not exist"]],
    ["USER node", "USER root", "", ["Dockerfile: the container runs as root"]],
    ["EXPOSE 4000", "EXPOSE 80", "", ["Dockerfile: EXPOSE differs from PORT"]],
    ["SIGTERM", "SIGQUIT", "", ["Dockerfile: STOPSIGNAL is not SIGTERM"]],
    ["VOLUME /data", "VOLUME /var", "", ["Dockerfile: CURFEW_DATA_DIR is not a volume"]],
    ["/healthz", "/", "", ["Dockerfile: HEALTHCHECK is missing"]],
    ["sound", "", "ENV CURFEW_SECRET=abc", ["Dockerfile: CURFEW_SECRET is set in the image"]],
  ])("has faults with %j replaced by %j %s", (before, after, more, faults) => {
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

  it("has no faults if it agrees with the service, the image and the proxy", () => {
    expect(composeFaults(sound, against)).toEqual([]);
  });

  it("must have every replica behind the proxy, at the image's port", () => {
    expect(composeFaults(sound, { ...against, port: "80" })).toEqual([
      "ops/Caddyfile: proxies to a:4000, b:4000, c:4000, not to a:80, b:80, c:80",
    ]);
  });

  it("must set known settings, trust only the proxy, and publish no other port", () => {
    const environment = {
      DATABASE_URL: "postgres://u:p@gone/c",
      CURFEW_TRUSTED_PROXIES: "0.0.0.0/0",
      CURFEW_X: "1",
    };
    const c = { ...replica, environment, ports: ["4000:4000"] };
    expect(composeFaults({ ...sound, services: { ...sound.services, c } }, against)).toEqual([
      "compose.yaml: c sets CURFEW_X, which is not a setting",
      "compose.yaml: the database of c has no health check",
      "compose.yaml: c trusts 0.0.0.0/0, which is not the proxy's network",
      "compose.yaml: c publishes a port, which only the proxy may",
    ]);
  });

  it("must restrict each service, and mount only what exists", () => {
    const db = { image: "postgres", healthcheck: {}, volumes: ["gone:/rows", "./gone:/etc"] };
    expect(composeFaults({ ...sound, services: { ...sound.services, db } }, against)).toEqual([
      "compose.yaml: the image of db is not pinned",
      "compose.yaml: the root file system of db is writable",
      "compose.yaml: db does not drop all capabilities",
      "compose.yaml: db has no restart policy",
      "compose.yaml: db mounts gone, which does not exist",
      "compose.yaml: db mounts ./gone, which does not exist",
    ]);
  });

  it("is interpolated, and a variable without a value throws", () => {
    expect(interpolate(`a: \${A:?say} \${B}`, { A: "1", B: "2" })).toBe("a: 1 2");
    expect(() => interpolate(`\${A}`, { A: "" })).toThrow("compose.yaml: A has no value");
  });
});

describe("the contents of the image", () => {
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

  it("include each package and its dependencies, nested or hoisted, without installers", () => {
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

  it("can't be collected if a dependency is not installed", () => {
    const top = install({ "node_modules/a": { dependencies: { b: "1" } } });
    expect(() => installedPackages(top, ["a"])).toThrow("b is not installed; run: npm ci");
  });

  it("include a package's binary without its sources", () => {
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
