import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecentMap } from "../../src/engine/recent-map.js";

describe("RecentMap", () => {
  test("forgets the least recently used entry, not the oldest one", () => {
    const map = new RecentMap<number>(2);
    map.set("a", 1);
    map.set("b", 2);
    map.get("a");
    map.set("c", 3);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, undefined, 3]);
    map.set("a", 4);
    map.set("d", 5);
    expect([map.get("a"), map.get("c"), map.get("d"), map.size]).toEqual([4, undefined, 5, 2]);
  });

  test("agrees with a list in the order of use, whatever is got, set and deleted", () => {
    const act = fc.record({
      key: fc.constantFrom("a", "b", "c"),
      part: fc.constantFrom("", "x", "y"),
      value: fc.oneof(fc.nat(), fc.constantFrom("get", "delete")),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(act), (capacity, acts) => {
        const map = new RecentMap<number>(capacity);
        let list: { key: string; part: string; held: number }[] = [];
        for (const { key, part, value } of acts) {
          const isSame = (other: { key: string; part: string }) => other.key === key && other.part === part;
          const known = list.find(isSame)?.held;
          if (value === "get") expect(map.get(key, part)).toBe(known);
          else if (value === "delete") map.delete(key, part);
          else map.set(key, value, part);
          const held = typeof value === "number" ? value : known;
          const others = list.filter((other) => !isSame(other));
          if (value === "delete") list = others;
          else if (held !== undefined) list = [...others, { key, part, held }].slice(-capacity);
          expect(map.size).toBe(list.length);
        }
        // From the least recently used one, so that each look-up leaves the order of the rest.
        for (const { key, part, held } of list) expect(map.get(key, part)).toBe(held);
      }),
    );
  });

  test("does not keep a long string in memory for a key that was cut out of it", () => {
    const map = new RecentMap<number>(1000);
    const before = heapUsed();
    for (let n = 0; n < 1000; n++) map.set(`${n} ${"x".repeat(10_000)}`.slice(0, 40), n);
    expect(heapUsed() - before).toBeLessThan(1_000_000);
    expect(map.get(`7 ${"x".repeat(38)}`)).toBe(7);
  });
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
