import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { after, browserPorts, fetchWithTimeout } from "../../src/browser/browser-ports.js";
import { createCurfewSession } from "../../src/create-curfew-session.js";
import { CALL_TIMEOUT_MS } from "../../src/session/durations.js";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the ports of a browser", () => {
  const urls: string[] = [];

  beforeEach(() => {
    urls.length = 0;
    vi.stubGlobal("location", { origin: "https://app.example" });
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("BroadcastChannel", undefined);
    vi.stubGlobal("fetch", async (url: string) => {
      urls.push(url);
      return Response.json({});
    });
  });

  test.each([
    [{}, "https://app.example/api/config?x=1", "curfew https://app.example"],
    [{ baseUrl: "https://app.example" }, "https://app.example/api/config?x=1", "curfew https://app.example"],
    [{ baseUrl: "/" }, "https://app.example/api/config?x=1", "curfew https://app.example"],
    [{ baseUrl: "/crm/" }, "https://app.example/crm/api/config?x=1", "curfew https://app.example/crm"],
    [
      { baseUrl: "https://app.example/shop" },
      "https://app.example/shop/api/config?x=1",
      "curfew https://app.example/shop",
    ],
    [
      { baseUrl: "https://auth.example" },
      "https://auth.example/api/config?x=1",
      "curfew https://auth.example",
    ],
    [
      { basePath: "/api/auth/curfew" },
      "https://app.example/api/auth/curfew/config?x=1",
      "curfew https://app.example//api/auth/curfew",
    ],
    [{ basePath: "" }, "https://app.example/config?x=1", "curfew https://app.example/"],
    [
      { baseUrl: "/crm", basePath: "/api" },
      "https://app.example/crm/api/config?x=1",
      "curfew https://app.example/crm",
    ],
    [
      { baseUrl: "https://auth.example/shop", basePath: "/curfew" },
      "https://auth.example/shop/curfew/config?x=1",
      "curfew https://auth.example/shop//curfew",
    ],
  ])("send requests to the configured server and are named after it: %o", async (options, url, name) => {
    const ports = browserPorts(options);
    await ports.fetch("/api/config?x=1", {});
    expect([urls, ports.name]).toEqual([[url], name]);
  });

  test("send every request by the given function, called as a plain one, and the app's own as it stands", async () => {
    const sent: unknown[] = [];
    const options = {
      basePath: "/auth",
      async fetch(this: unknown, input: unknown, init?: RequestInit) {
        sent.push([this, String(input), init?.credentials]);
        return Response.json({});
      },
    };
    const ports = browserPorts(options);
    await ports.fetch("/api/config", {});
    await ports.request("/reports", {});
    expect(sent).toEqual([
      [undefined, "https://app.example/auth/config", "include"],
      [undefined, "/reports", undefined],
    ]);
    expect(urls).toEqual([]);
  });

  test("follow no redirect with what they send to Curfew, such as a password", async () => {
    const fetch = vi.fn(async (_url: string, _init: RequestInit) => Response.json({}));
    vi.stubGlobal("fetch", fetch);
    await browserPorts().fetch("/api/auth/login", { method: "POST", body: "{}" });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ redirect: "error", body: "{}" });
  });

  test("have no proof for a host's sessions, and touch no key storage", async () => {
    const read = vi.fn();
    vi.stubGlobal("indexedDB", { open: read });
    expect(await browserPorts({ host: true }).proof("POST", "/api/auth/refresh", 0)).toBeNull();
    expect(read).toHaveBeenCalledTimes(0);
  });

  test("remove the entry of earlier versions, which held a user's name, and leave others alone", () => {
    const entries = new Map([
      ["curfew", '{"name":"Ada"}'],
      ["curfew https://app.example", '{"name":"Grace"}'],
      ["curfew-of-the-app", "1"],
    ]);
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => entries.get(key) ?? null,
      removeItem: (key: string) => entries.delete(key),
    });
    const ports = browserPorts();
    expect(ports.storage((storage) => storage.getItem(ports.name))).toBe('{"name":"Grace"}');
    expect([...entries.keys()]).toEqual(["curfew https://app.example", "curfew-of-the-app"]);
  });

  test("open the channel of their name", () => {
    const opened: string[] = [];
    vi.stubGlobal(
      "BroadcastChannel",
      class {
        constructor(name: string) {
          opened.push(name);
        }
      },
    );
    const ports = [browserPorts(), browserPorts({ baseUrl: "/crm" })];
    expect(opened).toEqual([]);
    for (const one of ports) expect(one.channel).toBe(one.channel);
    expect(opened).toEqual(["curfew https://app.example", "curfew https://app.example/crm"]);
  });

  test("have no channel, locks or proof if the browser lacks the APIs", async () => {
    const ports = browserPorts();
    expect([ports.channel, ports.locks]).toEqual([null, undefined]);
    expect(await ports.proof("POST", "/api/auth/refresh", 0)).toBeNull();
  });

  test("return this machine's time, and random numbers from 0 to 1", () => {
    const { clock, random } = browserPorts();
    vi.useFakeTimers({ now: 5_000 });
    expect(clock.wall()).toBe(5_000);
    vi.useRealTimers();
    expect(clock.monotonic()).toBeLessThanOrEqual(clock.monotonic());
    expect(Math.floor(random())).toBe(0);
  });

  test("a session sends no request before start()", () => {
    const session = createCurfewSession({ baseUrl: "https://auth.example", warningSeconds: 60 });
    expect(session.getState()).toEqual({ status: "loading", reconnecting: false });
    expect(urls).toEqual([]);
  });
});

describe("a timer", () => {
  const DAY_MS = 86_400_000;

  beforeEach(() => {
    vi.useFakeTimers();
  });

  test.each([1, 5_000, 24 * DAY_MS])("runs its task once, after %i ms", (delayMs) => {
    const task = vi.fn();
    after(delayMs, task);
    vi.advanceTimersByTime(delayMs - 1);
    expect(task).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(24 * DAY_MS);
    expect(task).toHaveBeenCalledTimes(1);
  });

  test.each([5_000, 24 * DAY_MS])("does not run its task after it was cancelled: %i ms", (delayMs) => {
    for (const elapsedMs of [0, delayMs - 1]) {
      const task = vi.fn();
      const cancel = after(delayMs, task);
      vi.advanceTimersByTime(elapsedMs);
      cancel();
      cancel();
      vi.advanceTimersByTime(24 * DAY_MS);
      expect(task).toHaveBeenCalledTimes(0);
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("fetchWithTimeout", () => {
  const URL_OF_CALL = "https://app.example/api/config";

  /** A server that responds after `answerMs` and sends the body after `bodyMs` more, unless aborted. */
  function serve(answerMs: number, bodyMs = 0) {
    const inits: RequestInit[] = [];
    vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
      inits.push(init);
      const onAbort = (reject: (reason: unknown) => void) =>
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      const body = new ReadableStream({
        start(controller) {
          onAbort((reason) => controller.error(reason));
          setTimeout(() => {
            if (init.signal?.aborted) return;
            controller.enqueue(new TextEncoder().encode("{}"));
            controller.close();
          }, answerMs + bodyMs);
        },
      });
      return new Promise((resolve, reject) => {
        onAbort(reject);
        setTimeout(() => resolve(new Response(body)), answerMs);
      });
    });
    return inits;
  }

  const outcome = (call: Promise<Response>): Promise<string> =>
    call.then((response) => response.text()).catch((error: unknown) => (error as Error).name);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      const timeout = new AbortController();
      setTimeout(() => timeout.abort(new DOMException("timed out", "TimeoutError")), ms);
      return timeout.signal;
    });
  });

  describe("a response", () => {
    test("within the timeout is returned, and was requested with cookies", async () => {
      const inits = serve(CALL_TIMEOUT_MS - 1);
      const call = outcome(fetchWithTimeout(URL_OF_CALL, { method: "POST" }, fetch));
      await vi.advanceTimersByTimeAsync(CALL_TIMEOUT_MS);
      expect(await call).toBe("{}");
      expect(inits).toMatchObject([{ method: "POST", credentials: "include" }]);
    });

    test.each([
      ["that does not arrive", CALL_TIMEOUT_MS + 1, 0],
      ["whose body does not arrive", 10, CALL_TIMEOUT_MS],
    ])("%s is aborted after a minute", async (_what, answerMs, bodyMs) => {
      serve(answerMs, bodyMs);
      const call = outcome(fetchWithTimeout(URL_OF_CALL, {}, fetch));
      await vi.advanceTimersByTimeAsync(CALL_TIMEOUT_MS);
      expect(await call).toBe("TimeoutError");
    });
  });

  describe.each(["text/event-stream", "text/csv"])("a %s stream", (accept) => {
    test("has no timeout", async () => {
      serve(10, 600_000);
      const call = outcome(fetchWithTimeout(URL_OF_CALL, { headers: { Accept: accept } }, fetch));
      await vi.advanceTimersByTimeAsync(600_010);
      expect(await call).toBe("{}");
    });

    test("ends when the caller aborts it, before or after the response", async () => {
      for (const answerMs of [30_000, 10]) {
        serve(answerMs, 600_000);
        const caller = new AbortController();
        const { signal } = caller;
        const aborted = outcome(
          fetchWithTimeout(URL_OF_CALL, { headers: { Accept: accept }, signal }, fetch),
        );
        await vi.advanceTimersByTimeAsync(20_000);
        caller.abort();
        expect(await aborted).toBe("AbortError");
      }
    });
  });
});

describe("the channel of the tabs", () => {
  beforeEach(() => {
    vi.stubGlobal("location", { origin: "https://app.example" });
  });

  test.each([
    ["has no BroadcastChannel", undefined],
    [
      "refuses it",
      class {
        constructor() {
          throw new DOMException("The operation is insecure.", "SecurityError");
        }
      },
    ],
  ])("is null if the browser %s", (_what, channel) => {
    vi.stubGlobal("BroadcastChannel", channel);
    expect(browserPorts().channel).toBeNull();
  });
});

describe("the storage of the tabs", () => {
  const { storage } = browserPorts();
  const read = (): unknown => storage((local) => local.getItem("name"));

  test("returns what was stored until it is removed", () => {
    const entries = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => entries.set(key, value),
      removeItem: (key: string) => entries.delete(key),
    });
    expect(read()).toBeNull();
    storage((local) => local.setItem("name", "{}"));
    expect([read(), [...entries]]).toEqual(["{}", [["name", "{}"]]]);
    storage((local) => local.removeItem("name"));
    expect([read(), entries.size]).toEqual([null, 0]);
  });

  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };

  test("behaves as empty if it is full or refused", () => {
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    storage((local) => local.setItem("name", "{}"));
    storage((local) => local.removeItem("name"));
    expect(read()).toBeNull();
  });

  test("behaves as empty if reading `localStorage` throws", () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
    Object.defineProperty(globalThis, "localStorage", { get: refuse, configurable: true });
    try {
      storage((local) => local.setItem("name", "{}"));
      expect(read()).toBeNull();
    } finally {
      if (before) Object.defineProperty(globalThis, "localStorage", before);
      else Reflect.deleteProperty(globalThis, "localStorage");
    }
  });
});
