import { describe, expect, test } from "vitest";
import { findsPerson, SEARCHED_ITEMS_MAX, searchPage } from "../src/search.js";

const PEOPLE_COUNT = 12_000;
const people = Array.from({ length: PEOPLE_COUNT }, (_, index) => ({
  name: index % 4_000 === 3_999 ? `Zoë ${index}` : `Ben ${index}`,
  email: `person-${index}@example.test`,
}));

/** Searches a list whose positions are indexes, and counts what it reads. */
function searching(text: string, limit: number) {
  const reads: number[] = [];
  const page = (after: number | null) => {
    reads.length = 0;
    return searchPage({
      text,
      limit,
      after,
      personOf: (person: (typeof people)[number]) => person,
      list: async (input: { limit: number; after: number | null }) => {
        reads.push(input.limit);
        const end = (input.after ?? 0) + input.limit;
        return {
          items: people.slice(input.after ?? 0, end),
          next: end < PEOPLE_COUNT ? end : null,
        };
      },
    });
  };
  return { page, read: () => reads.reduce((sum, count) => sum + count, 0) };
}

describe("a person is found", () => {
  const person = { name: "Zoë Übel-Strauß", email: "Zoe.Uebel@Bücher.example" };

  test.each(["zoe", "ZOË", "Zoe\u0308", "oe U", "strauss", " übel ", "uebel@bucher", "EXAMPLE"])(
    "by %j",
    (text) => {
      expect(findsPerson(text, person)).toBe(true);
    },
  );

  test.each([
    ["Łukasz Ødegård", "lukasz odegard"],
    ["Đorđe Ðóra", "dorde dora"],
    ["ÆRØ Ǿyvind", "aero oy"],
    ["Sœur Þór", "SOEUR thor"],
    ["Ħal Ŧor Ŋoma", "hal tor noma"],
    ["Yıldız Strauß STRAẞE", "yildiz strauss strasse"],
    ["lukasz", "Łukasz"],
  ])("named %j by %j", (name, text) => {
    expect(findsPerson(text, { name, email: "" })).toBe(true);
  });

  test.each(["zeo", "%", "_", "straus s", "example\nzoe", ".*"])("not by %j", (text) => {
    expect(findsPerson(text, person)).toBe(false);
  });
});

describe("a search in pages", () => {
  test.each([1, 2, 3, 50])("finds each once, in the order of the list, %d at a time", async (limit) => {
    const { page } = searching("zoe", limit);
    const found: string[] = [];
    let after: number | null = null;
    do {
      const { items, next }: { items: readonly { name: string }[]; next: number | null } = await page(after);
      expect(items.length).toBeLessThanOrEqual(limit);
      found.push(...items.map(({ name }) => name));
      after = next;
    } while (after !== null);
    expect(found).toEqual(["Zoë 3999", "Zoë 7999", "Zoë 11999"]);
  });

  test("reads at most 5,000 items for a page, however few it finds", async () => {
    const { page, read } = searching("nobody", 50);
    expect(await page(null)).toEqual({ items: [], next: SEARCHED_ITEMS_MAX });
    expect(read()).toBe(SEARCHED_ITEMS_MAX);
  });

  test("reads no more than it needs where many are found", async () => {
    const { page, read } = searching("ben", 50);
    const { items, next } = await page(null);
    expect({ found: items.length, next }).toEqual({ found: 50, next: 50 });
    expect(read()).toBeLessThan(600);
  });

  test("keeps to the limit in a list that changes while it is read", async () => {
    let calls = 0;
    const { items } = await searchPage({
      text: "a",
      limit: 2,
      after: null as number | null,
      personOf: (person: { name: string; email: string }) => person,
      list: async ({ limit }) => {
        calls += 1;
        const names = calls === 1 ? ["a", "b", "c", "a", "a"] : ["a", "a", "a", "a"];
        return { items: names.slice(0, limit).map((name) => ({ name, email: "" })), next: limit };
      },
    });
    expect(items.length).toBe(2);
  });
});
