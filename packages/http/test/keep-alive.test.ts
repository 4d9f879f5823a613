import { FakeClock } from "@curfew/core/testing";
import { describe, expect, test } from "vitest";
import { createKeepAlive } from "../src/keep-alive.js";

describe("the comments of event streams", () => {
  test("come at most 15 seconds apart, however many streams there are, a few in each turn", async () => {
    const clock = new FakeClock();
    const keepAlive = createKeepAlive(clock);
    const written = Array.from({ length: 100 }, () => 0);
    const removers = [];
    for (const nth of written.keys()) {
      const write = (): void => {
        written[nth] = (written[nth] ?? 0) + 1;
      };
      removers.push(keepAlive.add(write));
      if (nth % 50 === 49) await clock.advance(300);
    }
    await clock.advance(15_000 - 600);
    expect(written.every((count) => count === 1)).toBe(true);
    await clock.advance(15_000);
    expect(written.every((count) => count === 2)).toBe(true);
    for (const remove of removers.slice(1)) remove();
    await clock.advance(15_000);
    expect(written[0]).toBe(3);
    expect(written.slice(1).every((count) => count === 2)).toBe(true);
  });

  test("have one timer, which ends with the last stream", () => {
    const clock = new FakeClock();
    let timers = 0;
    const keepAlive = createKeepAlive({
      after(delayMs, task) {
        timers += 1;
        const timer = clock.after(delayMs, task);
        return {
          cancel() {
            timers -= 1;
            timer.cancel();
          },
        };
      },
    });
    const removers = Array.from({ length: 100 }, () => keepAlive.add(() => undefined));
    expect(timers).toBe(1);
    for (const remove of removers) remove();
    for (const remove of removers) remove();
    expect(timers).toBe(0);
    keepAlive.add(() => undefined);
    expect(timers).toBe(1);
  });
});
