import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fetchInTime } from "../../src/browser/fetch-in-time.js";
import { ANSWER_MS } from "../../src/session/durations.js";

const URL_OF_CALL = "https://app.example/api/config";

/** A server that answers after `answerMs` and goes on for `bodyMs` more, unless it is cut off. */
function serve(answerMs: number, bodyMs = 0) {
  const inits: RequestInit[] = [];
  vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
    inits.push(init);
    const cut = (reject: (reason: unknown) => void) =>
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    const body = new ReadableStream({
      start(controller) {
        cut((reason) => controller.error(reason));
        setTimeout(() => {
          if (init.signal?.aborted) return;
          controller.enqueue(new TextEncoder().encode("{}"));
          controller.close();
        }, answerMs + bodyMs);
      },
    });
    return new Promise((resolve, reject) => {
      cut(reject);
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
    const late = new AbortController();
    setTimeout(() => late.abort(new DOMException("late", "TimeoutError")), ms);
    return late.signal;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("an answer", () => {
  test("that comes in time is handed on, and asked for with cookies", async () => {
    const inits = serve(ANSWER_MS - 1);
    const call = outcome(fetchInTime(URL_OF_CALL, { method: "POST" }));
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(await call).toBe("{}");
    expect(inits).toMatchObject([{ method: "POST", credentials: "include" }]);
  });

  test.each([
    ["that does not come", ANSWER_MS + 1, 0],
    ["whose body stops half way", 10, ANSWER_MS],
  ])("%s is given up after ten seconds", async (_what, answerMs, bodyMs) => {
    serve(answerMs, bodyMs);
    const call = outcome(fetchInTime(URL_OF_CALL, {}));
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(await call).toBe("TimeoutError");
  });
});

describe.each(["text/event-stream", "text/csv"])("a stream, %s,", (accept) => {
  test("may last, once it has begun", async () => {
    serve(10, 600_000);
    const call = outcome(fetchInTime(URL_OF_CALL, { headers: { Accept: accept } }));
    await vi.advanceTimersByTimeAsync(600_010);
    expect(await call).toBe("{}");
  });

  test("ends where the caller says so, begun or not", async () => {
    for (const answerMs of [30_000, 10]) {
      serve(answerMs, 600_000);
      const caller = new AbortController();
      const { signal } = caller;
      const cut = outcome(fetchInTime(URL_OF_CALL, { headers: { Accept: accept }, signal }));
      await vi.advanceTimersByTimeAsync(20_000);
      caller.abort();
      expect(await cut).toBe("AbortError");
    }
  });
});
