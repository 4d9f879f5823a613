import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { fixed, raw } from "../src/index.js";
import { sqliteCompiler } from "../src/sqlite/dialect.js";

describe("fixed()", () => {
  test("compiles a statement once, fills in each value and leaves constants unchanged", () => {
    const queries = sqliteCompiler<Record<never, never>>();
    let compilations = 0;
    const statement = fixed<unknown, { a: number; b: string }>((slot) => {
      compilations += 1;
      return raw(queries, sql`SELECT ${slot("a")}, ${"constant"}, ${slot("b")}, ${slot("a")}`);
    });
    const first = statement({ a: 1, b: "x" }).compile();
    const second = statement({ a: 2, b: "y" }).compile();
    expect([first.sql, first.parameters]).toEqual(["SELECT ?, ?, ?, ?", [1, "constant", "x", 1]]);
    expect([second.sql, second.parameters]).toEqual(["SELECT ?, ?, ?, ?", [2, "constant", "y", 2]]);
    expect(compilations).toBe(1);
  });
});
