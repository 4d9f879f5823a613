import { describe, expect, it } from "vitest";
import { attackFaults, readAttacks } from "../attacks/page.js";
import { groupByProject } from "../attacks/runs.js";
import { judge, resultsOfPlaywright, resultsOfVitest } from "../attacks/verdicts.js";

const TEST = { path: "apps/a/test/forged.test.ts", text: 'test("refuses %s", () => {});\n' };
const row = (
  sentence = "A forged token is refused",
  source = "RFC 7519",
  test = "[forged](../apps/a/test/forged.test.ts) “refuses %s”",
) => `| ${sentence} | ${source} | ${test} |`;
/** @param {readonly string[]} rows */
const page = (...rows) => ["| attack | source | test |", "| --- | --- | --- |", ...rows, ""].join("\n");
/** @param {readonly string[]} rows */
const faults = (...rows) => attackFaults([TEST, { path: "docs/attacks.md", text: page(...rows) }]);

describe("the page of attacks", () => {
  it("has a sentence, a source and the tests of each attack", () => {
    expect(readAttacks(page(row()))).toEqual([
      {
        line: 3,
        sentence: "A forged token is refused",
        source: "RFC 7519",
        tests: [{ path: "apps/a/test/forged.test.ts", title: "refuses %s" }],
      },
    ]);
    expect(faults(row())).toEqual([]);
  });

  it("must name sources and existing tests, and no attack twice", () => {
    expect(faults(row("A", ""))).toEqual(["docs/attacks.md:3: the attack has no source"]);
    expect(faults(row("A", "RFC", ""))).toEqual(["docs/attacks.md:3: the attack names no test"]);
    expect(faults(row("A", "RFC", "[gone](../apps/a/test/gone.test.ts) “refuses”"))).toEqual([
      "docs/attacks.md:3: apps/a/test/gone.test.ts has no test “refuses”",
    ]);
    expect(faults(row(), row())).toEqual(["docs/attacks.md:4: the attack is listed twice"]);
    const shared = { path: "apps/a/test/shared.ts", text: TEST.text };
    const text = page(row("A", "RFC", "[shared](../apps/a/test/shared.ts) “refuses %s”"));
    expect(attackFaults([shared, { path: "docs/attacks.md", text }])).toEqual([
      "docs/attacks.md:3: no project runs apps/a/test/shared.ts",
    ]);
  });
});

describe("files are run by the project that", () => {
  it.each([
    ["apps/server/test/http/tokens.test.ts", "http"],
    ["apps/server/test/http/short-sessions.test.ts", "real-minute"],
    ["apps/server/test/unit/sign-in/sign-in.test.ts", "unit"],
    ["apps/server/test/postgres/replicas.test.ts", "postgres"],
    ["packages/sql/test/postgres/races.test.ts", "postgres"],
    ["packages/react/test/notice/notice.test.tsx", "browser"],
    ["apps/web/test/e2e/secrets.spec.ts", "playwright"],
  ])("includes %s", (path, project) => {
    expect([...groupByProject([path, path])]).toEqual([[project, [path]]]);
  });

  it("runs the conformance suite", () => {
    expect([...groupByProject(["packages/core/testing/conformance/refresh.ts"])]).toEqual([
      ["unit", ["packages/sql/test/conformance.test.ts"]],
    ]);
  });

  it("exists", () => {
    expect(() => groupByProject(["docs/attacks.md"])).toThrow("docs/attacks.md: no project runs this file");
  });
});

describe("an attack", () => {
  const [attack] = readAttacks(page(row()));
  /** @param {readonly (readonly [string, "passed" | "failed" | "skipped"])[]} tests */
  const verdict = (...tests) =>
    attack &&
    judge(
      attack,
      tests.map(([title, status]) => ({ path: TEST.path, title, status })),
    ).status;

  it("is repelled if every test with the title passed", () => {
    expect(verdict(["refuses one", "passed"], ["refuses two", "passed"], ["accepts", "failed"])).toBe(
      "passed",
    );
  });

  it("is not repelled if one failed or none ran, and unknown if one was skipped", () => {
    expect(verdict(["refuses one", "passed"], ["refuses two", "failed"])).toBe("failed");
    expect(verdict(["accepts", "passed"])).toBe("failed");
    expect(verdict(["refuses one", "skipped"])).toBe("skipped");
  });
});

describe("the results", () => {
  it("of Vitest have the path from the root, the title and the status", () => {
    const report = {
      testResults: [
        {
          name: "/repository/a/test/b.test.ts",
          status: "passed",
          assertionResults: [
            { fullName: "x y", title: "y", status: "passed" },
            { fullName: "x z", title: "z", status: "pending" },
          ],
        },
      ],
    };
    expect(resultsOfVitest(report, "/repository")).toEqual([
      { path: "a/test/b.test.ts", title: "y", status: "passed" },
      { path: "a/test/b.test.ts", title: "z", status: "skipped" },
    ]);
  });

  it("of Playwright have the file of the outermost suite", () => {
    const specs = [{ title: "y", tests: [{ status: "expected" }, { status: "unexpected" }] }];
    const report = { errors: [], suites: [{ title: "b.spec.ts", suites: [{ title: "x", specs }] }] };
    expect(resultsOfPlaywright(report, "e2e")).toEqual([
      { path: "e2e/b.spec.ts", title: "y", status: "passed" },
      { path: "e2e/b.spec.ts", title: "y", status: "failed" },
    ]);
  });
});
