import { all, raw, run, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceQueries } from "../../src/database/tables.js";
import { createKnownPlaces, type KnownPlaces, type Place } from "../../src/sign-in/limits/known-places.js";
import type { StoreKind, TestStore } from "./stores.js";

const ada = { accountId: "account a", userId: "ada" };
const bob = { accountId: "account a", userId: "bob" };
const DAY_MS = 86_400_000;

const at = (ip: string | null, keyThumbprint: string | null = null): Place => ({ ip, keyThumbprint });
const home = at("192.0.2.1");

/** The tests of the known places of users, for every kind of store. */
export const describeKnownPlaces = (kind: StoreKind): void => {
  describe(`the known places of a user ${kind.name}`, () => {
    let store: TestStore;
    let elapsedMs = 0;
    let places: KnownPlaces;
    beforeEach(async () => {
      store = await kind.open();
      await store.database.write(insertUsers);
      elapsedMs = 0;
      places = newProcess();
    });
    afterEach(() => store.close());

    function* insertUsers(): Unit<void> {
      const queries = serviceQueries(store.database);
      yield* run(
        raw(queries, sql`INSERT INTO curfew_accounts (id) VALUES (${ada.accountId}) ON CONFLICT DO NOTHING`),
      );
      for (const { accountId, userId } of [ada, bob])
        yield* run(
          raw(
            queries,
            sql`INSERT INTO curfew_users (account_id, id, name, email, role)
              VALUES (${accountId}, ${userId}, '', '', 'member') ON CONFLICT DO NOTHING`,
          ),
        );
    }
    const newProcess = (): KnownPlaces => createKnownPlaces(store.database, () => elapsedMs);
    const advance = (ms: number): void => {
      store.advance(ms);
      elapsedMs += ms;
    };
    const isKnown = (place: Place, user = ada): Promise<boolean> =>
      store.database.read(() => places.isKnown(user, place));
    const signIn = async (place: Place, user = ada): Promise<void> => {
      const remember = places.remembering(user, place);
      if (remember === null) return;
      await store.database.write(remember);
      places.remembered(user, place);
    };
    const rows = () =>
      store.database.read(() => all(serviceQueries(store.database).selectFrom("known_places").selectAll()));

    it.each(["sign-in", "refresh"])("are learnt at a %s, for that user alone", async (when) => {
      expect(await isKnown(home)).toBe(false);
      await (when === "sign-in" ? signIn(home) : places.remember(ada, home));
      expect(await isKnown(home)).toBe(true);
      expect(await isKnown(at("192.0.2.2"))).toBe(false);
      expect(await isKnown(home, bob)).toBe(false);
    });

    it("are the network of the address, and the key wherever it is", async () => {
      await signIn(at("2001:db8:1:2::1", "thumbprint"));
      expect(await isKnown(at("2001:db8:1:2:ffff::9"))).toBe(true);
      expect(await isKnown(at("2001:db8:1:3::1"))).toBe(false);
      expect(await isKnown(at("2001:db8:1:3::1", "thumbprint"))).toBe(true);
      expect(await isKnown(at(null, "thumbprint"))).toBe(true);
      expect(await isKnown(at(null, "another thumbprint"))).toBe(false);
    });

    it("never are nowhere: a client without an address or a key is not known", async () => {
      await signIn(at(null));
      await places.remember(ada, at(null));
      expect(await isKnown(at(null))).toBe(false);
      expect(await rows()).toEqual([]);
    });

    it("are forgotten 90 days after they were last seen", async () => {
      await signIn(home);
      advance(50 * DAY_MS);
      await places.remember(ada, home);
      advance(90 * DAY_MS - 1);
      expect(await isKnown(home)).toBe(true);
      advance(1);
      expect(await isKnown(home)).toBe(false);
      await signIn(at("192.0.2.2"), bob);
      expect((await rows()).map((row) => row.user_id)).toEqual(["bob"]);
    });

    it("are the 50 that were seen last", async () => {
      for (let index = 0; index < 60; index += 1) {
        advance(1);
        await (index % 2 === 0
          ? signIn(at(`198.51.100.${index}`))
          : places.remember(ada, at(`198.51.100.${index}`)));
      }
      await signIn(home, bob);
      expect(await isKnown(at("198.51.100.9"))).toBe(false);
      expect(await isKnown(at("198.51.100.10"))).toBe(true);
      expect(await isKnown(at("198.51.100.59"))).toBe(true);
      expect(await rows()).toHaveLength(51);
    });

    it("cost a refresh at most one write a day, and one look a day in each process", async () => {
      const { database } = store;
      const read = vi.spyOn(database, "read");
      const write = vi.spyOn(database, "write");
      const bothProcesses = [newProcess(), newProcess()];
      const calls = () => [read.mock.calls.length, write.mock.calls.length];
      for (const process of bothProcesses)
        for (let count = 0; count < 20; count += 1)
          await process.remember(ada, at("192.0.2.1", "thumbprint"));
      expect(calls()).toEqual([2, 1]);
      advance(DAY_MS - 1);
      for (const process of bothProcesses) await process.remember(ada, at("192.0.2.1", "thumbprint"));
      expect(calls()).toEqual([2, 1]);
      advance(1);
      await Promise.all(
        bothProcesses.map(async (process) => {
          for (let count = 0; count < 20; count += 1)
            await process.remember(ada, at("192.0.2.1", "thumbprint"));
        }),
      );
      expect(read.mock.calls.length).toBe(4);
      expect(write.mock.calls.length).toBeLessThanOrEqual(3);
      vi.restoreAllMocks();
    });

    it("are tried again at the next refresh if the database could not store them", async () => {
      const { database } = store;
      const write = vi.spyOn(database, "write").mockRejectedValueOnce(new Error("the disk is full"));
      await expect(places.remember(ada, home)).rejects.toThrow("the disk is full");
      await places.remember(ada, home);
      expect(await isKnown(home)).toBe(true);
      write.mockRestore();
    });

    it("are stored as hashes", async () => {
      await signIn(at("192.0.2.1", "thumbprint"));
      for (const row of await rows()) expect(row.place_hash).toMatch(/^[\w-]{43}$/);
    });
  });
};
