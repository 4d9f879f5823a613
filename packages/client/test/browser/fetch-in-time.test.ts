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
});
afterEach(() => {
  vi.useRealTimers();
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
    expect(await call).toBe("AbortError");
  });

  test("is given up at once where the caller says so", async () => {
    serve(5_000);
    const caller = new AbortController();
    const call = outcome(fetchInTime(URL_OF_CALL, { signal: caller.signal }));
    caller.abort();
    expect(await call).toBe("AbortError");
  });
});

describe.each(["text/event-stream", "text/csv"])("a stream, %s,", (accept) => {
  test("may last, once it has begun", async () => {
    serve(10, 600_000);
    const call = outcome(fetchInTime(URL_OF_CALL, { headers: { Accept: accept } }));
    await vi.advanceTimersByTimeAsync(600_010);
    expect(await call).toBe("{}");
  });

  test("must begin in time, and ends where the caller says so", async () => {
    serve(ANSWER_MS + 1);
    const late = outcome(fetchInTime(URL_OF_CALL, { headers: { Accept: accept } }));
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(await late).toBe("AbortError");
    serve(10, 600_000);
    const caller = new AbortController();
    const cut = outcome(fetchInTime(URL_OF_CALL, { headers: { Accept: accept }, signal: caller.signal }));
    await vi.advanceTimersByTimeAsync(20_000);
    caller.abort();
    expect(await cut).toBe("AbortError");
  });
});
