import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { FeedRow } from "../../src/revocation/feed.js";
import { type NumberedRow, NumberedRows } from "../../src/revocation/numbered-rows.js";

type Step =
  | { readonly kind: "add"; readonly number: number; readonly spares: string | null }
  /** Removes a row by its place among those that are there. */
  | { readonly kind: "remove"; readonly place: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      number: fc.integer({ min: 1, max: 12 }),
      spares: fc.constantFrom(null, "s1", "s2"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), place: fc.nat(20) }) },
);

let sequence = 0;
const newRow = (): FeedRow => ({
  sequence: ++sequence,
  accountId: "acme",
  at: 0,
  scope: "session",
  sessionId: "s1",
  reason: "signed_out",
});

/** What `NumberedRows` should answer, by looking at every row. */
const covering = (rows: readonly NumberedRow<FeedRow>[], number: number, sessionId: string) =>
  rows.find((row) => row.number > number && row.spares !== sessionId)?.row ?? null;

describe("numbered rows", () => {
  test("answer as a sorted list would, after any additions and removals", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const rows = new NumberedRows<FeedRow>();
        let expected: NumberedRow<FeedRow>[] = [];
        for (const step of steps) {
          if (step.kind === "add") {
            const added = { row: newRow(), number: step.number, spares: step.spares };
            rows.add(added);
            expected = [...expected, added].sort((a, b) => a.number - b.number);
          } else {
            const removed = expected[step.place % Math.max(expected.length, 1)];
            rows.remove(removed?.row ?? newRow());
            expected = expected.filter((row) => row !== removed);
          }
          expect(rows.size).toBe(expected.length);
          expect(rows.lowest()).toEqual(expected[0] ?? null);
          for (const sessionId of ["s1", "s2", "s3"])
            for (let number = 0; number <= 12; number++)
              expect(rows.firstCovering(number, sessionId)).toBe(covering(expected, number, sessionId));
        }
      }),
    );
  });

  test("that come and go in the order of their numbers are never sorted again", () => {
    const sort = vi.spyOn(Array.prototype, "sort");
    onTestFinished(() => sort.mockRestore());
    const rows = new NumberedRows<FeedRow>();
    const added = [1, 2, 2, 3].map((number) => ({ row: newRow(), number, spares: null }));
    for (const row of added) rows.add(row);
    for (const { row } of added.slice(0, 3)) rows.remove(row);
    expect(rows.lowest()).toEqual(added[3]);
    expect(rows.size).toBe(1);
    expect(sort).not.toHaveBeenCalled();
    rows.add({ row: newRow(), number: 2, spares: null });
    expect(sort).toHaveBeenCalledTimes(1);
    expect(rows.lowest()?.number).toBe(2);
  });

  test("stay as they are if a row is removed that is not among them", () => {
    const rows = new NumberedRows<FeedRow>();
    rows.remove(newRow());
    expect(rows.size).toBe(0);
    const only = { row: newRow(), number: 1, spares: null };
    rows.add(only);
    rows.remove(newRow());
    expect(rows.lowest()).toEqual(only);
  });
});
