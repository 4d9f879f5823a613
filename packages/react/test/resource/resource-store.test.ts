import { CurfewProblem } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { ResourceStore } from "../../src/resource/resource-store.js";
import { settled } from "./settled.js";

/** Calls that are answered by hand, in whatever order. */
function script() {
  const calls: { answer(data: string): Promise<void>; fail(problem: unknown): Promise<void> }[] = [];
  const load = () =>
    new Promise<string>((resolve, reject) => {
      calls.push({
        answer: async (data) => resolve(data),
        fail: async (problem) => reject(problem),
      });
    });
  return { calls, load };
}

const trouble = new CurfewProblem({ code: "unavailable", status: 503, detail: "down", errors: [] });
const nobody = () => {};

describe("the resource store", () => {
  it("asks once for what two watch, and tells both", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    const told: string[] = [];
    store.watch("a", load, () => told.push("first"));
    store.watch("a", load, () => told.push("second"));
    expect(calls).toHaveLength(1);
    await calls[0]?.answer("one");
    await settled();
    expect(store.read("a")).toEqual({ data: "one", problem: null, loading: false });
    expect(told).toEqual(["first", "second"]);
  });

  it("keeps what is known while it loads again, and when that fails", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    store.watch("a", load, nobody);
    await calls[0]?.answer("one");
    await settled();
    const refreshed = store.refresh();
    expect(store.read("a")).toEqual({ data: "one", problem: null, loading: true });
    await calls[1]?.fail(trouble);
    await refreshed;
    expect(store.read("a")).toEqual({ data: "one", problem: trouble, loading: false });
  });

  it("takes no late answer for one that was asked for after it", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    store.watch("a", load, nobody);
    void store.refresh();
    await calls[1]?.answer("new");
    await calls[0]?.answer("old");
    await settled();
    expect(store.read("a")).toMatchObject({ data: "new" });
  });

  it("asks again, instead of waiting for what was asked before, when another answer is put in", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    store.watch("a", load, nobody);
    store.put("a", () => "saved");
    await calls[0]?.answer("from before the change");
    await settled();
    expect(store.read("a")).toMatchObject({ data: "saved" });
    await calls[1]?.answer("from after it");
    await settled();
    expect(store.read("a")).toMatchObject({ data: "from after it" });
  });

  it("refreshes a group alone where one is named, and forgets what nobody watches", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    const other = script();
    store.watch("events:all", load, nobody);
    const stop = store.watch("events:one", load, nobody);
    store.watch("security", other.load, nobody);
    await calls[0]?.answer("all");
    await calls[1]?.answer("one");
    await settled();
    stop();
    void store.refresh("events");
    expect(calls).toHaveLength(3);
    expect(other.calls).toHaveLength(1);
    expect(store.read("events:one").data).toBeUndefined();
  });

  it("keeps nothing of what was known, nor of what comes late, once somebody else has signed in", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    store.watch("a", load, nobody);
    await calls[0]?.answer("hers");
    await settled();
    void store.refresh();
    store.begin(false);
    expect(store.read("a")).toEqual({ data: undefined, problem: null, loading: true });
    await calls[1]?.answer("hers again");
    await settled();
    expect(store.read("a").data).toBeUndefined();
    await calls[2]?.answer("his");
    await settled();
    expect(store.read("a").data).toBe("his");
  });

  it("asks nothing in somebody else's name of what leaves the page as they sign in", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    const leave = store.watch("a", load, nobody);
    await calls[0]?.answer("hers");
    await settled();
    store.begin(false);
    leave();
    await settled();
    expect(calls).toHaveLength(1);
  });

  it("does not ask twice where a watcher leaves and comes back while the first call is under way", async () => {
    const store = new ResourceStore();
    const { calls, load } = script();
    store.watch("a", load, nobody)();
    store.watch("a", load, nobody);
    expect(calls).toHaveLength(1);
  });
});
