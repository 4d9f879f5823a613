import { afterEach, expect, test, vi } from "vitest";
import { createCurfewSession } from "../../src/create-curfew-session.js";

/** What a server lacks, what would keep it from exiting, or what it may not read while it renders ahead of time. */
const OF_A_BROWSER = [
  "location",
  "navigator",
  "document",
  "window",
  "BroadcastChannel",
  "localStorage",
  "indexedDB",
  "setTimeout",
  "setInterval",
  "performance",
  "Date",
  "fetch",
];

afterEach(() => vi.unstubAllGlobals());

/** The names of those that `task` reads. */
function readBy(task: () => void): string[] {
  const read: string[] = [];
  const before = OF_A_BROWSER.map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, descriptor] of before)
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        read.push(name);
        return descriptor?.value ?? descriptor?.get?.call(globalThis);
      },
    });
  try {
    task();
  } finally {
    for (const [name, descriptor] of before)
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
  }
  return read;
}

test.each([{}, { baseUrl: "https://auth.example" }, { basePath: "/auth", host: true }])(
  "a session created at the top of a module reads nothing of a browser before it starts: %o",
  (options) => {
    const read = readBy(() => {
      const session = createCurfewSession(options);
      expect(session.getState()).toEqual({ status: "loading", reconnecting: false });
      session.subscribe(() => undefined)();
      session.onPolicyChange(() => undefined)();
      session.stop();
    });
    expect(read).toEqual([]);
  },
);

test("a session that was created does not keep Node from exiting", () => {
  vi.stubGlobal("location", { origin: "https://app.example" });
  vi.stubGlobal("navigator", {});
  const before = process.getActiveResourcesInfo();
  createCurfewSession();
  createCurfewSession({ baseUrl: "https://auth.example" });
  expect(process.getActiveResourcesInfo()).toEqual(before);
});
