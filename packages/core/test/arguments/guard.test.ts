import { describe, expect, test } from "vitest";
import { arrayOf, object, oneOf, text, wholeNumber } from "../../src/arguments/checks.js";
import { fieldsOf, named, rejects, throws, token } from "../../src/arguments/describe.js";
import { guardArguments } from "../../src/arguments/guard.js";

const input = fieldsOf(
  "input",
  object<{ name: string; size: number; rows: readonly object[] }>({
    name: text({ min: 1, max: 5 }),
    size: wholeNumber({ min: 1, max: 9 }),
    rows: arrayOf(object<{ color: string }>({ color: oneOf(["red", "green", "blue"]) }), { max: 3 }),
  }),
);

const faultsOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return (error as { details: { faults: unknown } }).details.faults;
  }
};

describe("a guarded method", () => {
  const { paint } = guardArguments(
    { paint: (...args: readonly unknown[]) => args },
    { paint: throws(input, named("times", wholeNumber({ min: 0 }))) },
  );

  test("tells every fault at once, with its path and its bounds", () => {
    expect(
      faultsOf(() => paint({ name: "Lovelace", size: 10, rows: [{ color: "red" }, { color: "x" }, 5] }, -1)),
    ).toEqual([
      { field: "name", code: "out_of_range", message: "Must have 5 characters or fewer.", max: 5 },
      { field: "size", code: "out_of_range", message: "Must be from 1 to 9.", min: 1, max: 9 },
      { field: "rows.1.color", code: "invalid_value", message: "Must be red, green or blue." },
      { field: "rows.2", code: "wrong_type", message: "Must be an object." },
      { field: "times", code: "out_of_range", message: "Must be 0 or more.", min: 0 },
    ]);
  });

  test("tells what is missing, and an array that is too long", () => {
    expect(faultsOf(() => paint())).toEqual([
      { field: "input", code: "required", message: "Must be given." },
      { field: "times", code: "required", message: "Must be given." },
    ]);
    const rows = Array.from({ length: 4 }, () => ({ color: "red" }));
    expect(faultsOf(() => paint({ name: "", size: 1, rows }, 0))).toEqual([
      { field: "name", code: "required", message: "Must not be empty." },
      { field: "rows", code: "out_of_range", message: "Must have 3 items or fewer.", max: 3 },
    ]);
  });

  test("gets its arguments as they are, at the bounds too", () => {
    class Order {
      readonly name = "Ada";
      readonly size = 9;
      readonly rows = [{ color: "blue", shade: "dark" }];
    }
    const order = new Order();
    expect(paint(order, 0)).toEqual([order, 0]);
    const bare = Object.assign(Object.create(null), { name: "Grace", size: 1, rows: [] });
    expect(paint(bare, 0)).toEqual([bare, 0]);
  });

  test("accepts an item left out of an array as little as an absent one", () => {
    const sparse: unknown[] = [];
    sparse.length = 1;
    expect(faultsOf(() => paint({ name: "Ada", size: 1, rows: sparse }, 0))).toEqual([
      { field: "rows.0", code: "required", message: "Must be given." },
    ]);
  });
});

describe("guardArguments", () => {
  test("rejects where the method returns a promise, and throws where it does not", async () => {
    const guarded = guardArguments(
      { later: async (value: unknown) => value, now: (value: unknown) => value },
      { later: rejects(token), now: throws(token) },
    );
    await expect(guarded.later(5)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(() => guarded.now(5)).toThrow(expect.objectContaining({ code: "unauthenticated" }));
    await expect(guarded.later("text")).resolves.toBe("text");
    expect(guarded.now("text")).toBe("text");
  });

  test("refuses a method without a description, also in a group that has none", () => {
    const group = { group: { method: () => 5 } };
    expect(() => guardArguments(group, { group: {} })).toThrow("The arguments of method are not described.");
    expect(() => guardArguments(group, {})).toThrow("The arguments of method are not described.");
  });

  test("leaves what is no method as it is", () => {
    const target = { keys: [{ kid: "k" }], settings: { defaults: { idleMinutes: 60 } }, nothing: null };
    const guarded = guardArguments(target, {});
    expect(guarded).toEqual(target);
    expect(guarded.keys).toBe(target.keys);
  });
});
