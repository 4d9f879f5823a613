import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Log } from "../../../src/operations/log.js";
import { stopAtSignal } from "../../../src/process/run-service.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function create() {
  const signals = new EventEmitter();
  const lines: unknown[] = [];
  const log: Log = (...line) => void lines.push(line);
  let finish: () => void = () => undefined;
  const stop = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const exitCode = stopAtSignal(stop, log, signals);
  const send = async (signal: string): Promise<void> => {
    signals.emit(signal, signal);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { signals, lines, stop, exitCode, send, finish: () => finish() };
}

describe("a running service", () => {
  it("runs until a signal", async () => {
    const { stop } = create();
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(stop).not.toHaveBeenCalled();
  });

  it.each(["SIGTERM", "SIGINT"])("stops at %s, with exit code 0", async (signal) => {
    const { stop, exitCode, send, finish, lines, signals } = create();
    await send(signal);
    expect(stop).toHaveBeenCalledOnce();
    finish();
    expect(await exitCode).toBe(0);
    expect(lines).toEqual([
      ["info", "stopping", { signal }],
      ["info", "stopped"],
    ]);
    expect(signals.listenerCount(signal)).toBe(1);
  });

  it("exits with code 1 at a second signal", async () => {
    const { exitCode, send, lines } = create();
    await send("SIGTERM");
    await send("SIGINT");
    expect(await exitCode).toBe(1);
    expect(lines.at(-1)).toEqual(["error", "stop was cut short"]);
  });

  it("exits with code 1 if the stop takes ten seconds", async () => {
    const { exitCode, send, lines } = create();
    await send("SIGTERM");
    await vi.advanceTimersByTimeAsync(9_999);
    expect(lines).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await exitCode).toBe(1);
  });

  it("exits with code 1 if the stop throws", async () => {
    const lines: unknown[] = [];
    const signals = new EventEmitter();
    const exitCode = stopAtSignal(
      () => Promise.reject(new Error("x")),
      (...line) => void lines.push(line),
      signals,
    );
    signals.emit("SIGTERM", "SIGTERM");
    expect(await exitCode).toBe(1);
    expect(lines).toContainEqual(["error", "stopping failed", { error: new Error("x") }]);
  });
});
