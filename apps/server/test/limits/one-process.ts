import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ada, checked, fail, limitsAt, right, wrong } from "./attempts.js";
import { hold } from "./held-attempt.js";
import type { Place, PlaceKind } from "./kinds.js";

/** What the limits owe to one process, wherever they are kept. */
export const describeOneProcess = (kind: PlaceKind): void => {
  describe(`the limits on attempts, kept ${kind.name}`, () => {
    let place: Place;
    beforeEach(async () => {
      place = await kind.open();
    });
    afterEach(() => place.close());

    it("let ten failures through and refuse the eleventh attempt, the right password too", async () => {
      const limits = limitsAt(place);
      await fail(limits, 10);
      const check = vi.fn(right);
      expect(await limits.attempt(ada, check)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
      expect(check).not.toHaveBeenCalled();
    });

    it("let a right password through after nine failures, and count it as nothing", async () => {
      const limits = limitsAt(place);
      await fail(limits, 9);
      expect(await limits.attempt(ada, right)).toEqual(checked("right"));
      expect(await limits.attempt(ada, right)).toEqual(checked("right"));
      await fail(limits, 1);
      expect(await limits.attempt(ada, right)).toMatchObject({ kind: "limited" });
    });

    it("begin anew fifteen minutes after the first failure, and not before", async () => {
      const limits = limitsAt(place);
      await fail(limits, 1);
      place.pass(600_000);
      await fail(limits, 9);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 300 });
      place.pass(299_999);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 1 });
      place.pass(1);
      await fail(limits, 10);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
    });

    it("count each e-mail from each network by itself", async () => {
      const limits = limitsAt(place);
      await fail(limits, 10);
      expect(await limits.attempt({ ...ada, emailKey: "bob@example.test" }, right)).toEqual(checked("right"));
      expect(await limits.attempt({ ...ada, network: "192.0.2.2" }, right)).toEqual(checked("right"));
    });

    it("let a hundred failures of one network through, for whatever e-mails, and block it then", async () => {
      const limits = limitsAt(place);
      for (let index = 0; index < 100; index += 1) {
        expect(await limits.networkBlockedSeconds(ada.network)).toBeNull();
        await fail(limits, 1, { ...ada, emailKey: `person-${index}@example.test` });
      }
      expect(await limits.attempt({ ...ada, emailKey: "new@example.test" }, right)).toEqual({
        kind: "limited",
        retryAfterSeconds: 900,
      });
      expect(await limits.networkBlockedSeconds(ada.network)).toBe(900);
      expect(await limits.networkBlockedSeconds("2001:db8:0:0::/64")).toBeNull();
      expect(await limits.attempt({ ...ada, network: "2001:db8:0:0::/64" }, right)).toEqual(checked("right"));
      place.pass(899_001);
      expect(await limits.networkBlockedSeconds(ada.network)).toBe(1);
      place.pass(999);
      expect(await limits.networkBlockedSeconds(ada.network)).toBeNull();
    });

    it("tell the later of two moments where both are reached", async () => {
      const limits = limitsAt(place, { perEmail: 1, perNetwork: 2 });
      await fail(limits, 1, { ...ada, emailKey: "bob@example.test" });
      place.pass(60_000);
      await fail(limits, 1);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
    });

    it("check ten of fifty wrong passwords that come at once", async () => {
      const limits = limitsAt(place);
      const check = vi.fn(wrong);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => limits.attempt(ada, check)));
      expect(check).toHaveBeenCalledTimes(10);
      expect(outcomes.filter((outcome) => outcome.kind === "checked")).toHaveLength(10);
      expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(40);
    });

    it("check a hundred of three hundred wrong passwords of one network that come at once", async () => {
      const limits = limitsAt(place);
      const check = vi.fn(wrong);
      const outcomes = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          limits.attempt({ ...ada, emailKey: `person-${index % 60}@example.test` }, check),
        ),
      );
      expect(check).toHaveBeenCalledTimes(100);
      expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(200);
    });

    it("refuse none of twenty right passwords that come at once", async () => {
      const limits = limitsAt(place);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => limits.attempt(ada, right)));
      expect(outcomes).toEqual(Array.from({ length: 20 }, () => checked("right")));
    });

    it("make an attempt wait while those under way could use up what is left", async () => {
      const limits = limitsAt(place, { perEmail: 2 });
      const [first, second] = [hold(limits, ada, false), hold(limits, ada, true)];
      await Promise.all([first.begun, second.begun]);
      const third = hold(limits, ada, true);
      first.end();
      expect(await first.outcome).toEqual(checked("wrong"));
      // By a turn of the network all who wait have been looked at.
      await limits.attempt({ ...ada, emailKey: "bob@example.test" }, right);
      expect(third.hasBegun).toBe(false);
      second.end();
      await third.begun;
      third.end();
      expect(await Promise.all([second.outcome, third.outcome])).toEqual([
        checked("right"),
        checked("right"),
      ]);
    });

    it("refuse an attempt that waited once those before it have used up what was left", async () => {
      const limits = limitsAt(place, { perEmail: 1 });
      const first = hold(limits, ada, false);
      await first.begun;
      const check = vi.fn(right);
      const second = limits.attempt(ada, check);
      first.end();
      expect(await first.outcome).toEqual(checked("wrong"));
      expect(await second).toMatchObject({ kind: "limited" });
      expect(check).not.toHaveBeenCalled();
    });

    it("count nothing for a check that throws, and let the next one in", async () => {
      const limits = limitsAt(place, { perEmail: 1 });
      const broken = () => Promise.reject(new Error("database gone"));
      const [first, second] = await Promise.allSettled([
        limits.attempt(ada, broken),
        limits.attempt(ada, right),
      ]);
      expect(first).toMatchObject({ status: "rejected", reason: { message: "database gone" } });
      expect(second).toEqual({ status: "fulfilled", value: checked("right") });
    });

    it("turn away whoever would wait beyond as many as may", async () => {
      const limits = limitsAt(place, { perEmail: 1, waiting: 1 });
      const first = hold(limits, ada, true);
      await first.begun;
      const second = limits.attempt(ada, right);
      const third = limits.attempt(ada, right);
      await expect(third).rejects.toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 1 } });
      first.end();
      expect(await Promise.all([first.outcome, second])).toEqual([checked("right"), checked("right")]);
    });

    it("let the others in where one e-mail or one network waits", async () => {
      const limits = limitsAt(place, { perEmail: 1 });
      const first = hold(limits, ada, true);
      await first.begun;
      const second = limits.attempt(ada, right);
      expect(await limits.attempt({ ...ada, network: "192.0.2.9" }, right)).toEqual(checked("right"));
      expect(await limits.attempt({ ...ada, emailKey: "bob@example.test" }, right)).toEqual(checked("right"));
      first.end();
      expect(await Promise.all([first.outcome, second])).toEqual([checked("right"), checked("right")]);
    });
  });
};
