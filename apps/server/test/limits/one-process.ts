import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ada, checked, failAttempts, holdAttempt, limitsOver, right, wrong } from "./attempts.js";
import type { StoreKind, TestStore } from "./stores.js";

/** The tests of the attempt limits of one process, for every kind of store. */
export const describeOneProcess = (kind: StoreKind): void => {
  describe(`attempt limits ${kind.name}`, () => {
    let store: TestStore;
    beforeEach(async () => {
      store = await kind.open();
    });
    afterEach(() => store.close());

    it("check ten failing attempts and refuse the eleventh, even with the right password", async () => {
      const limits = limitsOver(store);
      await failAttempts(limits, 10);
      const check = vi.fn(right);
      expect(await limits.attempt(ada, check)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
      expect(check).not.toHaveBeenCalled();
    });

    it("forget the failures of an e-mail from a network once its password was right from there", async () => {
      const limits = limitsOver(store);
      await failAttempts(limits, 9);
      await failAttempts(limits, 9, { ...ada, network: "192.0.2.2" });
      expect(await limits.attempt(ada, right)).toEqual(checked("right"));
      await failAttempts(limits, 10);
      expect(await limits.attempt(ada, right)).toMatchObject({ kind: "limited" });
      await failAttempts(limits, 1, { ...ada, network: "192.0.2.2" });
      expect(await limits.attempt({ ...ada, network: "192.0.2.2" }, right)).toMatchObject({
        kind: "limited",
      });
    });

    it("count a network's failures whatever passwords were right meanwhile", async () => {
      const limits = limitsOver(store, { network: 12 });
      await failAttempts(limits, 9);
      expect(await limits.attempt(ada, right)).toEqual(checked("right"));
      await failAttempts(limits, 3);
      expect(await limits.attempt(ada, right)).toMatchObject({ kind: "limited" });
    });

    it("forget the failures of an e-mail whose owner proved it in another way", async () => {
      const limits = limitsOver(store, { anywhere: 10 });
      await failAttempts(limits, 10);
      expect(await store.database.read(() => limits.failuresOf(ada.addressKey))).toBe(10);
      await store.database.write(() => limits.forgetting({ ...ada, networks: [ada.network] }));
      expect(await store.database.read(() => limits.failuresOf(ada.addressKey))).toBe(0);
      expect(await limits.attempt(ada, right)).toEqual(checked("right"));
    });

    it("block a /48 after a thousand failures of its networks, but not the known places of a user in it", async () => {
      const limits = limitsOver(store, { site: 20 });
      const from = (subnet: number) => ({
        ...ada,
        network: `2001:db8:1:${subnet}::/64`,
        addressKey: `${subnet}`,
      });
      for (let subnet = 1; subnet <= 20; subnet += 1) await failAttempts(limits, 1, from(subnet));
      expect(await limits.attempt(from(21), right)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
      expect(await limits.attempt({ ...from(21), isKnownPlace: true }, right)).toEqual(checked("right"));
      const elsewhere = { ...ada, network: "2001:db8:2:1::/64" };
      expect(await limits.attempt(elsewhere, right)).toEqual(checked("right"));
      store.advance(900_000);
      expect(await limits.attempt(from(21), right)).toEqual(checked("right"));
    });

    it("reset fifteen minutes after the first failure, not earlier", async () => {
      const limits = limitsOver(store);
      await failAttempts(limits, 1);
      store.advance(600_000);
      await failAttempts(limits, 9);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 300 });
      store.advance(299_999);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 1 });
      store.advance(1);
      await failAttempts(limits, 10);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
    });

    it("count each pair of e-mail and network separately", async () => {
      const limits = limitsOver(store);
      await failAttempts(limits, 10);
      expect(await limits.attempt({ ...ada, addressKey: "bob@example.test" }, right)).toEqual(
        checked("right"),
      );
      expect(await limits.attempt({ ...ada, network: "192.0.2.2" }, right)).toEqual(checked("right"));
    });

    it("block a network after a hundred failures, whatever their e-mails", async () => {
      const limits = limitsOver(store);
      for (let index = 0; index < 100; index += 1) {
        expect(await limits.networkBlockedSeconds(ada.network)).toBeNull();
        await failAttempts(limits, 1, { ...ada, addressKey: `person-${index}@example.test` });
      }
      expect(await limits.attempt({ ...ada, addressKey: "new@example.test" }, right)).toEqual({
        kind: "limited",
        retryAfterSeconds: 900,
      });
      expect(await limits.networkBlockedSeconds(ada.network)).toBe(900);
      expect(await limits.networkBlockedSeconds("2001:db8:0:0::/64")).toBeNull();
      expect(await limits.attempt({ ...ada, network: "2001:db8:0:0::/64" }, right)).toEqual(checked("right"));
      store.advance(899_001);
      expect(await limits.networkBlockedSeconds(ada.network)).toBe(1);
      store.advance(999);
      expect(await limits.networkBlockedSeconds(ada.network)).toBeNull();
    });

    it("report the later retry time when both limits are reached", async () => {
      const limits = limitsOver(store, { email: 1, network: 2 });
      await failAttempts(limits, 1, { ...ada, addressKey: "bob@example.test" });
      store.advance(60_000);
      await failAttempts(limits, 1);
      expect(await limits.attempt(ada, right)).toEqual({ kind: "limited", retryAfterSeconds: 900 });
    });

    it("check ten of fifty concurrent attempts with wrong passwords", async () => {
      const limits = limitsOver(store);
      const check = vi.fn(wrong);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => limits.attempt(ada, check)));
      expect(check).toHaveBeenCalledTimes(10);
      expect(outcomes.filter((outcome) => outcome.kind === "checked")).toHaveLength(10);
      expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(40);
    });

    it("check a hundred of three hundred concurrent attempts of one network with wrong passwords", async () => {
      const limits = limitsOver(store);
      const check = vi.fn(wrong);
      const outcomes = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          limits.attempt({ ...ada, addressKey: `person-${index % 60}@example.test` }, check),
        ),
      );
      expect(check).toHaveBeenCalledTimes(100);
      expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(200);
    });

    it("accept twenty concurrent attempts with the right password", async () => {
      const limits = limitsOver(store);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => limits.attempt(ada, right)));
      expect(outcomes).toEqual(Array.from({ length: 20 }, () => checked("right")));
    });

    it("make an attempt wait while pending ones could use up the remaining allowance", async () => {
      const limits = limitsOver(store, { email: 2 });
      const [first, second] = [holdAttempt(limits, ada, false), holdAttempt(limits, ada, true)];
      await Promise.all([first.started, second.started]);
      const third = holdAttempt(limits, ada, true);
      first.release();
      expect(await first.outcome).toEqual(checked("wrong"));
      // Once another attempt of the same network is complete, every waiting one has been reconsidered.
      await limits.attempt({ ...ada, addressKey: "bob@example.test" }, right);
      expect(third.hasStarted).toBe(false);
      second.release();
      await third.started;
      third.release();
      expect(await Promise.all([second.outcome, third.outcome])).toEqual([
        checked("right"),
        checked("right"),
      ]);
    });

    it("refuse a waiting attempt once the ones before it have used up the allowance", async () => {
      const limits = limitsOver(store, { email: 1 });
      const first = holdAttempt(limits, ada, false);
      await first.started;
      const check = vi.fn(right);
      const second = limits.attempt(ada, check);
      first.release();
      expect(await first.outcome).toEqual(checked("wrong"));
      expect(await second).toMatchObject({ kind: "limited" });
      expect(check).not.toHaveBeenCalled();
    });

    it("don't count a check that throws, and admit the next attempt", async () => {
      const limits = limitsOver(store, { email: 1 });
      const broken = () => Promise.reject(new Error("database gone"));
      const [first, second] = await Promise.allSettled([
        limits.attempt(ada, broken),
        limits.attempt(ada, right),
      ]);
      expect(first).toMatchObject({ status: "rejected", reason: { message: "database gone" } });
      expect(second).toEqual({ status: "fulfilled", value: checked("right") });
    });

    it("answer unavailable when too many attempts are waiting", async () => {
      const limits = limitsOver(store, { email: 1, waiting: 1 });
      const first = holdAttempt(limits, ada, true);
      await first.started;
      const second = limits.attempt(ada, right);
      const third = limits.attempt(ada, right);
      await expect(third).rejects.toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 1 } });
      first.release();
      expect(await Promise.all([first.outcome, second])).toEqual([checked("right"), checked("right")]);
    });

    it("admit other e-mails and networks while one is waiting", async () => {
      const limits = limitsOver(store, { email: 1 });
      const first = holdAttempt(limits, ada, true);
      await first.started;
      const second = limits.attempt(ada, right);
      expect(await limits.attempt({ ...ada, network: "192.0.2.9" }, right)).toEqual(checked("right"));
      expect(await limits.attempt({ ...ada, addressKey: "bob@example.test" }, right)).toEqual(
        checked("right"),
      );
      first.release();
      expect(await Promise.all([first.outcome, second])).toEqual([checked("right"), checked("right")]);
    });
  });
};
