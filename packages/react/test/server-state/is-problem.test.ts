import { CurfewProblem } from "@curfew/client";
import { expect, test } from "vitest";
import { isProblem } from "../../src/server-state/is-problem.js";

const details = { code: "not_found", status: 404, detail: "…" } as const;

test("a problem is known by its shape, also where another copy of the client made it", () => {
  const copied = Object.assign(new Error("…"), { name: "CurfewProblem", ...details });
  for (const problem of [new CurfewProblem(details), copied]) expect(isProblem(problem)).toBe(true);
  for (const other of [new Error("…"), null, undefined, "CurfewProblem"])
    expect(isProblem(other)).toBe(false);
});
