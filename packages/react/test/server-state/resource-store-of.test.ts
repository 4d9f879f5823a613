import type { CurfewSession, SessionState } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { resourceStoreOf } from "../../src/server-state/resource-store.js";
import { settled } from "./settled.js";

/** The part of a session that the store uses. */
function fakeSession(initialUserId: string | null) {
  let userId = initialUserId;
  const listeners = new Set<() => void>();
  const policyListeners = new Set<() => void>();
  const session = {
    getState: () =>
      (userId === null
        ? { status: "signed_out", ended: null, user_id: null }
        : { status: "signed_in", user: { id: userId } }) as SessionState,
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

  it("keeps data on the page after sign-out without requests, and drops it with the page", async () => {
    const { session, setUser } = fakeSession("ada");
    const resource = subscribeToCount(session);
    await settled();
    setUser(null);
    await settled();
    expect([resource.data(), resource.requests()]).toEqual([1, 1]);
    resource.unsubscribe();
    expect(resource.data()).toBeUndefined();
  });

  it("drops data without subscribers at sign-out", async () => {
    const { session, setUser } = fakeSession("ada");
    const resource = subscribeToCount(session);
    await settled();
    resource.unsubscribe();
    expect(resource.data()).toBe(1);
    setUser(null);
    expect(resource.data()).toBeUndefined();
  });

  it("keeps and reloads data when the same user signs in again", async () => {
    const { session, setUser } = fakeSession("ada");
    const resource = subscribeToCount(session);
    await settled();
    setUser(null);
    setUser("ada");
    expect(resource.data()).toBe(1);
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
