import type { CurfewSession, SessionState } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { resourcesOf } from "../../src/resource/resource-store.js";
import { settled } from "./settled.js";

/** As much of a session as the store looks at, its person set by hand. */
function fakeSession(userId: string | null) {
  let person = userId;
  const listeners = new Set<() => void>();
  const policyListeners = new Set<() => void>();
  const session = {
    getState: () =>
      (person === null
        ? { status: "signed_out", ended: null, user_id: null }
        : { status: "signed_in", user: { id: person } }) as SessionState,
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
    become(next: string | null) {
      person = next;
      for (const listener of listeners) listener();
    },
    policyChanges() {
      for (const listener of policyListeners) listener();
    },
  };
}

/** Watches a thing that is numbered by how often it was asked for. */
function watchCounted(session: CurfewSession) {
  let asked = 0;
  const store = resourcesOf(session);
  const stop = store.watch(
    "security",
    async () => {
      asked += 1;
      return asked;
    },
    () => {},
  );
  return { store, stop, asked: () => asked, data: () => store.read<number>("security").data };
}

describe("what the components know", () => {
  it("is one store for a session, and another for another", () => {
    const { session } = fakeSession("ada");
    expect(resourcesOf(session)).toBe(resourcesOf(session));
    expect(resourcesOf(fakeSession("ada").session)).not.toBe(resourcesOf(session));
  });

  it("stays on the page where the person has left, asks for nothing then, and is forgotten with the page", async () => {
    const { session, become } = fakeSession("ada");
    const watched = watchCounted(session);
    await settled();
    become(null);
    await settled();
    expect([watched.data(), watched.asked()]).toEqual([1, 1]);
    watched.stop();
    expect(watched.data()).toBeUndefined();
  });

  it("is forgotten at once where it is not on the page when the person leaves", async () => {
    const { session, become } = fakeSession("ada");
    const watched = watchCounted(session);
    await settled();
    watched.stop();
    expect(watched.data()).toBe(1);
    become(null);
    expect(watched.data()).toBeUndefined();
  });

  it("stays, and is asked for anew, where the same person comes back", async () => {
    const { session, become } = fakeSession("ada");
    const watched = watchCounted(session);
    await settled();
    become(null);
    become("ada");
    expect(watched.data()).toBe(1);
    await settled();
    expect(watched.data()).toBe(2);
  });

  it.each([["at once"], ["after a while"]])("is forgotten where somebody else signs in, %s", async (when) => {
    const { session, become } = fakeSession("ada");
    const watched = watchCounted(session);
    await settled();
    if (when === "after a while") become(null);
    become("grace");
    expect(watched.data()).toBeUndefined();
    await settled();
    expect(watched.data()).toBe(2);
  });

  it("is asked for when the first person signs in", async () => {
    const { session, become } = fakeSession(null);
    const watched = watchCounted(session);
    await settled();
    become("ada");
    await settled();
    expect(watched.data()).toBe(2);
  });

  it("stays where the session only changes", async () => {
    const { session, become } = fakeSession("ada");
    const watched = watchCounted(session);
    await settled();
    become("ada");
    await settled();
    expect(watched.asked()).toBe(1);
  });

  it("is asked for anew when somebody changes the policy", async () => {
    const { session, policyChanges } = fakeSession("ada");
    const watched = watchCounted(session);
    await settled();
    policyChanges();
    await settled();
    expect(watched.data()).toBe(2);
  });
});
