import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_FILTER, queryOf } from "../../src/activity/activity-filter.js";

const ada = { id: "ada", name: "Ada", email: "ada@example.com" };
const dayOf = (time: Date): string =>
  [
    String(time.getFullYear()).padStart(4, "0"),
    String(time.getMonth() + 1).padStart(2, "0"),
    String(time.getDate()).padStart(2, "0"),
  ].join("-");

describe("the query of a filter", () => {
  test("is empty without a filter", () => {
    expect(queryOf(NO_FILTER)).toEqual({});
  });

  test("has the type and the person's id", () => {
    expect(queryOf({ ...NO_FILTER, type: "policy.changed", person: ada })).toEqual({
      type: "policy.changed",
      user_id: "ada",
    });
  });

  test("has the beginning of the first day and the end of the last, of this time zone", () => {
    expect(queryOf({ ...NO_FILTER, from: "2026-11-23", to: "2026-11-24" })).toEqual({
      from: new Date(2026, 10, 23).toISOString(),
      to: new Date(2026, 10, 25).toISOString(),
    });
  });

  test("covers exactly the days that it names, also where clocks change, and in the first years", () => {
    const days = fc.date({ min: new Date("0002-01-01"), max: new Date("9998-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(days, (time) => {
        const day = dayOf(time);
        const { from = "", to = "" } = queryOf({ ...NO_FILTER, from: day, to: day });
        expect(from).toMatch(/^\d{4}-/);
        expect([dayOf(new Date(from)), dayOf(new Date(Date.parse(to) - 1))]).toEqual([day, day]);
        expect([dayOf(new Date(Date.parse(from) - 1)), dayOf(new Date(to))]).not.toContain(day);
      }),
    );
  });
});
