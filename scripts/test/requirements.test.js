import { describe, expect, it } from "vitest";
import { requirementFaults } from "../house/requirements.js";

const TEST = { path: "apps/a/test/ends.test.ts", text: 'test("ends at the deadline", () => {});\n' };
const LINK = "[ends.test](../apps/a/test/ends.test.ts)";

/** @param {string} status @param {string} shown */
const page = (status, shown) => [
  TEST,
  {
    path: "docs/requirements.md",
    text: `| | requirement | | where | test |\n| --- | --- | --- | --- | --- |\n| V7 | Ends | ${status} | here | ${shown} |\n`,
  },
];

describe("the page of requirements", () => {
  it("names tests that are there, by their whole title", () => {
    expect(requirementFaults(page("met", `${LINK} “ends at the deadline”`))).toEqual([]);
    for (const title of ["ends at the", "Ends at the deadline", "ends at the deadlines"])
      expect(requirementFaults(page("met", `${LINK} “${title}”`))).toEqual([
        `docs/requirements.md:3: apps/a/test/ends.test.ts has no test “${title}”`,
      ]);
  });

  it("names no test of a file that is gone", () => {
    expect(
      requirementFaults(page("met", "[gone](../apps/a/test/gone.test.ts) “ends at the deadline”")),
    ).toEqual(["docs/requirements.md:3: apps/a/test/gone.test.ts has no test “ends at the deadline”"]);
  });

  it("names a test wherever it links to one", () => {
    expect(requirementFaults(page("partly", `${LINK} “ends at the deadline”<br>${LINK}`))).toEqual([
      "docs/requirements.md:3: apps/a/test/ends.test.ts is linked with no test named",
    ]);
  });

  it("shows a test for what is met", () => {
    expect(requirementFaults(page("met", ""))).toEqual([
      "docs/requirements.md:3: V7 is met, with no test to show it",
    ]);
    for (const status of ["partly", "not met", "host", "n/a"])
      expect(requirementFaults(page(status, ""))).toEqual([]);
  });

  it("says of each requirement one of five things", () => {
    expect(requirementFaults(page("mostly", ""))).toEqual([
      "docs/requirements.md:3: V7: “mostly” is no status",
    ]);
  });

  it("may be missing", () => {
    expect(requirementFaults([TEST])).toEqual([]);
  });
});
