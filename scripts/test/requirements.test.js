import { describe, expect, it } from "vitest";
import { requirementFaults } from "../house/requirements.js";

const TEST = { path: "apps/a/test/ends.test.ts", text: 'test("ends at the deadline", () => {});\n' };
const LINK = "[ends.test](../apps/a/test/ends.test.ts)";

/** @param {string} status @param {string} evidence */
const page = (status, evidence) => [
  TEST,
  {
    path: "docs/requirements.md",
    text: `| | requirement | | where | test |\n| --- | --- | --- | --- | --- |\n| V7 | Ends | ${status} | here | ${evidence} |\n`,
  },
];

describe("the requirements page", () => {
  it("must name existing tests by their whole title", () => {
    expect(requirementFaults(page("met", `${LINK} “ends at the deadline”`))).toEqual([]);
    for (const title of ["ends at the", "Ends at the deadline", "ends at the deadlines"])
      expect(requirementFaults(page("met", `${LINK} “${title}”`))).toEqual([
        `docs/requirements.md:3: apps/a/test/ends.test.ts has no test “${title}”`,
      ]);
  });

  it("must not name a test of a missing file", () => {
    expect(
      requirementFaults(page("met", "[gone](../apps/a/test/gone.test.ts) “ends at the deadline”")),
    ).toEqual(["docs/requirements.md:3: apps/a/test/gone.test.ts has no test “ends at the deadline”"]);
  });

  it("must name a test with each link to a test file", () => {
    expect(requirementFaults(page("partly", `${LINK} “ends at the deadline”<br>${LINK}`))).toEqual([
      "docs/requirements.md:3: apps/a/test/ends.test.ts is linked without a test title",
    ]);
  });

  it("must name a test for each requirement that is met", () => {
    expect(requirementFaults(page("met", ""))).toEqual([
      "docs/requirements.md:3: V7 is met but names no test",
    ]);
    for (const status of ["partly", "not met", "host", "n/a"])
      expect(requirementFaults(page(status, ""))).toEqual([]);
  });

  it("must give each requirement one of five statuses", () => {
    expect(requirementFaults(page("mostly", ""))).toEqual([
      "docs/requirements.md:3: V7: unknown status “mostly”",
    ]);
  });

  it("may be missing", () => {
    expect(requirementFaults([TEST])).toEqual([]);
  });
});
