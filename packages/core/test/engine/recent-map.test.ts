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
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      value: fc.oneof(fc.nat(), fc.constantFrom("get", "delete")),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(act), (capacity, acts) => {
        const map = new RecentMap<number>(capacity);
        let list: [string, number][] = [];
        for (const { key, value } of acts) {
          const known = list.find(([other]) => other === key);
          if (value === "get") expect(map.get(key)).toBe(known?.[1]);
          else if (value === "delete") map.delete(key);
          else map.set(key, value);
          const held = typeof value === "number" ? value : known?.[1];
          const others = list.filter(([other]) => other !== key);
          if (value === "delete") list = others;
          else if (held !== undefined) list = [...others, [key, held] as [string, number]].slice(-capacity);
          expect(map.size).toBe(list.length);
        }
      }),
    );
  });
});
