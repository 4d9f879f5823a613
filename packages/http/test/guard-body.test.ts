import type { Context } from "hono";
import { expect, test, vi } from "vitest";
import type { Http } from "../src/http.js";
import { guardBody } from "../src/route/guard-body.js";

function guard(body: ReadableStream<Uint8Array>) {
  const reportError = vi.fn();
  const resetAndDestroy = vi.fn();
  const c = { env: { incoming: { socket: { resetAndDestroy } } } } as unknown as Context;
  return { guarded: guardBody({ reportError } as unknown as Http, c, body), reportError, resetAndDestroy };
}

test("a client that disconnects while the stream waits for its next event is no failure", async () => {
  const cancelled = vi.fn();
  const { guarded, reportError, resetAndDestroy } = guard(new ReadableStream({ cancel: cancelled }));
  const reader = guarded.getReader();
  const read = reader.read();
  await new Promise(setImmediate);
  await reader.cancel("the client is gone");
  expect(await read).toEqual({ done: true, value: undefined });
  await new Promise(setImmediate);
  expect(cancelled).toHaveBeenCalledWith("the client is gone");
  expect(reportError).not.toHaveBeenCalled();
  expect(resetAndDestroy).not.toHaveBeenCalled();
});

test("a body that fails midway is reported once, and its connection is reset", async () => {
  const failure = new Error("the database is gone");
  const { guarded, reportError, resetAndDestroy } = guard(
    new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array([1])),
      pull: (controller) => controller.error(failure),
    }),
  );
  const reader = guarded.getReader();
  expect((await reader.read()).value).toEqual(new Uint8Array([1]));
  void reader.read();
  await vi.waitFor(() => expect(resetAndDestroy).toHaveBeenCalledTimes(1));
  expect(reportError.mock.calls.map(([error]) => error)).toEqual([failure]);
});
