import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";
import { createCurfewSession } from "../../src/create-curfew-session.js";

const urls: string[] = [];

beforeEach(() => {
  vi.stubGlobal("location", { origin: "https://app.example" });
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("fetch", async (url: string) => {
    urls.push(url);
    return Response.json({});
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  urls.length = 0;
});

describe("the ports of a browser", () => {
  test.each([
    [{}, "https://app.example/api/config?x=1"],
    [{ baseUrl: "https://auth.example" }, "https://auth.example/api/config?x=1"],
  ])("call the server that they are told of, else the page's: %o", async (options, url) => {
    await browserPorts(options).fetch("/api/config?x=1", {});
    expect(urls).toEqual([url]);
  });

  test("have no channel, no locks and no proof where the browser lacks what they need", async () => {
    const ports = browserPorts();
    expect([ports.channel, ports.locks]).toEqual([null, null]);
    expect(await ports.proof("POST", "/api/auth/refresh", 0)).toBeNull();
  });

  test("tell this machine's time, and numbers from 0 to 1", () => {
    const { clock, random } = browserPorts();
    vi.useFakeTimers({ now: 5_000 });
    expect(clock.wall()).toBe(5_000);
    vi.useRealTimers();
    expect(clock.monotonic()).toBeLessThanOrEqual(clock.monotonic());
    expect(Math.floor(random())).toBe(0);
  });
});

test("a session does nothing until it is begun", () => {
  const session = createCurfewSession({ baseUrl: "https://auth.example", warningSeconds: 60 });
  expect(session.getState()).toEqual({ status: "loading", reconnecting: false });
  expect(urls).toEqual([]);
});
