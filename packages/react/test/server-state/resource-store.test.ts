import { CurfewProblem, type CurfewSession, type SessionState } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { ResourceStore, resourceStoreOf } from "../../src/server-state/resource-store.js";

/** Resolves after all settled promises and zero-delay timers have run. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A loader whose requests the test answers in any order. */
function manualLoader() {
  const requests: { respond(data: string): void; fail(problem: unknown): void }[] = [];
  const load = () =>
    new Promise<string>((respond, fail) => {
      requests.push({ respond, fail });
    });
  return { requests, load };
}

const unavailable = new CurfewProblem({ code: "unavailable", status: 503, detail: "down", errors: [] });
const ignore = () => {};

describe("the resource store", () => {
  it("makes one request for two subscribers and notifies both", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    const notified: string[] = [];
    store.subscribe("a", load, () => notified.push("first"));
    store.subscribe("a", load, () => notified.push("second"));
    expect(requests).toHaveLength(1);
    requests[0]?.respond("one");
    await settled();
    expect(store.getState("a")).toEqual({ data: "one", problem: null, loading: false });
    expect(notified).toEqual(["first", "second"]);
  });

  it("keeps the data during a reload and after a failed one", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    store.subscribe("a", load, ignore);
    requests[0]?.respond("one");
    await settled();
    const refreshed = store.refresh();
    expect(store.getState("a")).toEqual({ data: "one", problem: null, loading: true });
    requests[1]?.fail(unavailable);
    await refreshed;
    expect(store.getState("a")).toEqual({ data: "one", problem: unavailable, loading: false });
  });

  it("ignores a late response to an older request", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    store.subscribe("a", load, ignore);
    void store.refresh();
    requests[1]?.respond("new");
    requests[0]?.respond("old");
    await settled();
    expect(store.getState("a")).toMatchObject({ data: "new" });
  });

  it("repeats a request that was in flight when data is set", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    store.subscribe("a", load, ignore);
    store.setData("a", () => "saved");
    requests[0]?.respond("from before the change");
    await settled();
    expect(store.getState("a")).toMatchObject({ data: "saved" });
    requests[1]?.respond("from after the change");
    await settled();
    expect(store.getState("a")).toMatchObject({ data: "from after the change" });
  });

  it("refreshes only the named group and drops keys without subscribers", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    const other = manualLoader();
    store.subscribe("events:all", load, ignore);
    const unsubscribe = store.subscribe("events:one", load, ignore);
    store.subscribe("security", other.load, ignore);
    requests[0]?.respond("all");
    requests[1]?.respond("one");
    await settled();
    unsubscribe();
    void store.refresh("events");
    expect(requests).toHaveLength(3);
    expect(other.requests).toHaveLength(1);
    expect(store.getState("events:one").data).toBeUndefined();
  });

  it("drops data and late responses of the previous user when another user signs in", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    store.subscribe("a", load, ignore);
    requests[0]?.respond("hers");
    await settled();
    void store.refresh();
    store.handleSignIn(false);
    expect(store.getState("a")).toEqual({ data: undefined, problem: null, loading: true });
    requests[1]?.respond("hers again");
    await settled();
    expect(store.getState("a").data).toBeUndefined();
    requests[2]?.respond("his");
    await settled();
    expect(store.getState("a").data).toBe("his");
  });

  it("makes no request as another user for a key whose subscriber leaves at sign-in", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    const unsubscribe = store.subscribe("a", load, ignore);
    requests[0]?.respond("hers");
    await settled();
    store.handleSignIn(false);
    unsubscribe();
    await settled();
    expect(requests).toHaveLength(1);
  });

  it("makes one request when a subscriber leaves and returns while it is in flight", async () => {
    const store = new ResourceStore();
    const { requests, load } = manualLoader();
    store.subscribe("a", load, ignore)();
    store.subscribe("a", load, ignore);
    expect(requests).toHaveLength(1);
  });
});

/** The part of a session that the store uses. */
function fakeSession(initialUserId: string | null) {
  let userId = initialUserId;
  const listeners = new Set<() => void>();
  const policyListeners = new Set<() => void>();
  const session = {
    getState: () =>
      (userId === null
        ? { status: "signed_out", ended: null, user_id: null }
        : { status: "signed_in", user: { id: userId, account: { id: "acme" } } }) as SessionState,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onPolicyChange(listener: () => void) {
      policyListeners.add(listener);
      return () => policyListeners.delete(listener);
    },
  } as unknown as CurfewSession;
  return {
    session,
    setUser(next: string | null) {
      userId = next;
      for (const listener of listeners) listener();
    },
    emitPolicyChange() {
      for (const listener of policyListeners) listener();
    },
  };
}

/** Subscribes to a resource whose data is the number of requests made. */
function subscribeToCount(session: CurfewSession) {
  let requests = 0;
  const store = resourceStoreOf(session);
  const unsubscribe = store.subscribe(
    "security",
    async () => {
      requests += 1;
      return requests;
    },
    () => {},
  );
  return { unsubscribe, requests: () => requests, data: () => store.getState<number>("security").data };
}

describe("the resource store of a session", () => {
  it("is the same for one session and differs between sessions", () => {
    const { session } = fakeSession("ada");
    expect(resourceStoreOf(session)).toBe(resourceStoreOf(session));
    expect(resourceStoreOf(fakeSession("ada").session)).not.toBe(resourceStoreOf(session));
  });

  it.each([["on the page"], ["without subscribers"]])(
    "drops data %s at sign-out, without a request",
    async (where) => {
      const { session, setUser } = fakeSession("ada");
      const resource = subscribeToCount(session);
      await settled();
      if (where === "without subscribers") resource.unsubscribe();
      expect(resource.data()).toBe(1);
      setUser(null);
      await settled();
      expect([resource.data(), resource.requests()]).toEqual([undefined, 1]);
    },
  );

  it("takes no answer and no update that arrives after the sign-out", async () => {
    const { session, setUser } = fakeSession("ada");
    const { requests, load } = manualLoader();
    const store = resourceStoreOf(session);
    store.subscribe("security", load, ignore);
    setUser(null);
    requests[0]?.respond("late");
    store.setData("security", () => "later");
    await settled();
    expect(store.getState("security")).toEqual({ data: undefined, problem: null, loading: true });
    expect(requests).toHaveLength(1);
  });

  it("loads data again when the same user signs in again", async () => {
    const { session, setUser } = fakeSession("ada");
    const resource = subscribeToCount(session);
    await settled();
    setUser(null);
    setUser("ada");
    await settled();
    expect(resource.data()).toBe(2);
  });

  it.each([["directly"], ["after a sign-out"]])(
    "clears and reloads data when another user signs in %s",
    async (when) => {
      const { session, setUser } = fakeSession("ada");
      const resource = subscribeToCount(session);
      await settled();
      if (when === "after a sign-out") setUser(null);
      setUser("grace");
      expect(resource.data()).toBeUndefined();
      await settled();
      expect(resource.data()).toBe(2);
    },
  );

  it("loads data when the first user signs in", async () => {
    const { session, setUser } = fakeSession(null);
    const resource = subscribeToCount(session);
    await settled();
    setUser("ada");
    await settled();
    expect(resource.data()).toBe(2);
  });

  it("does not reload when the session changes but not its user", async () => {
    const { session, setUser } = fakeSession("ada");
    const resource = subscribeToCount(session);
    await settled();
    setUser("ada");
    await settled();
    expect(resource.requests()).toBe(1);
  });

  it("reloads data when the policy changes", async () => {
    const { session, emitPolicyChange } = fakeSession("ada");
    const resource = subscribeToCount(session);
    await settled();
    emitPolicyChange();
    await settled();
    expect(resource.data()).toBe(2);
  });
});
