import { EventEmitter } from "node:events";
import { get } from "node:http";
import { migrateStore, openSqlite } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrateService } from "../../../src/database/migrations.js";
import type { Log } from "../../../src/operations/log.js";
import { runService, stopAtSignal } from "../../../src/process/run-service.js";
import { readSettings } from "../../../src/settings/read-settings.js";
import { BUILT_APP } from "../pages/built-app.js";
import { answerTo, HOST, openListener } from "./open-listener.js";

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
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

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

describe("a stop at SIGTERM", () => {
  it("makes /readyz answer 503 while the service still listens and answers", async () => {
    const read = readSettings({ CURFEW_RATE_LIMIT: "off" });
    if (!read.ok) throw new Error(read.message);
    const database = openSqlite({ path: null });
    await migrateStore(database);
    await migrateService(database);
    const listener = await openListener();
    const ask = async (path: string) => {
      const answer = await answerTo(get({ host: HOST, port: listener.port, path, agent: false }));
      answer.resume();
      return answer;
    };
    const signals = new EventEmitter();
    const resources = { listener, database, secrets: [new Uint8Array(32).fill(7)], webApp: BUILT_APP };
    const seen: unknown[] = [];
    const exitCode = await runService(
      read.settings,
      resources,
      () => undefined,
      () => queueMicrotask(() => signals.emit("SIGTERM", "SIGTERM")),
      {
        signals,
        async announced() {
          const { statusCode, headers } = await ask("/readyz");
          seen.push(statusCode, headers["retry-after"], (await ask("/api/config")).statusCode);
        },
      },
    );
    expect(seen).toEqual([503, expect.stringMatching(/^\d+$/), 200]);
    expect(exitCode).toBe(0);
    await expect(ask("/readyz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
