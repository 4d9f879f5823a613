import { isCurfewError } from "@curfew/core";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { all, announce, clock, openSqlite, raw, run, type SqlDatabase, type Unit } from "../src/index.js";

const queries = openSqlite({ path: null }).queries<Record<never, never>>();

const execute = (text: string) => run(raw(queries, sql.raw(text)));
const insert = (n: number) => run(raw(queries, sql`INSERT INTO numbers (n) VALUES (${n})`));
const numbers = (): Unit<readonly { n: number }[]> =>
  all(raw(queries, sql<{ n: number }>`SELECT n FROM numbers ORDER BY n`));

async function open(): Promise<SqlDatabase> {
  const database = openSqlite({ path: null });
  await database.write(function* () {
    yield* execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY, padding BLOB)");
    yield* execute("CREATE TABLE deferred (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED)");
  });
  return database;
}

const storedNumbers = async (database: SqlDatabase): Promise<number[]> =>
  (await database.read(numbers)).map((row) => row.n);

/** The value of each promise, or the code or text of its error. */
const outcomesOf = async (promises: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(promises)).map((result) => {
    if (result.status === "fulfilled") return result.value;
    return isCurfewError(result.reason) ? result.reason.code : (result.reason as Error).message;
  });

describe("concurrent writes", () => {
  test("are one transaction: each sees the earlier ones, and reads see all of them once they are answered", async () => {
    const database = await open();
    const writes = [1, 2, 3].map((n) =>
      database.write(function* () {
        yield* insert(n);
        return (yield* numbers()).length;
      }),
    );
    expect(await storedNumbers(database)).toEqual([]);
    expect(await outcomesOf(writes)).toEqual([1, 2, 3]);
    expect(await storedNumbers(database)).toEqual([1, 2, 3]);
  });

  test("fail individually: a failed unit is rolled back and the others are kept", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(function* () {
        yield* insert(2);
        throw new Error("rejected by the host");
      }),
      database.write(function* () {
        yield* insert(3);
        yield* insert(1);
      }),
      database.write(() => insert(4)),
    ];
    expect(await outcomesOf(writes)).toEqual([
      1,
      "rejected by the host",
      "UNIQUE constraint failed: numbers.n",
      1,
    ]);
    expect(await storedNumbers(database)).toEqual([1, 4]);
  });

  test("reject with the same error object that the unit threw", async () => {
    const database = await open();
    const thrown = new TypeError("a bug");
    const error = await database
      .write(function* () {
        yield* clock();
        throw thrown;
      })
      .catch((reason: unknown) => reason);
    expect(error).toBe(thrown);
  });

  test("are all unavailable and rolled back if the commit fails", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(() => execute("INSERT INTO deferred (n) VALUES (99)")),
      database.write(() => insert(2), { single: true }),
    ];
    expect(await outcomesOf(writes)).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(await storedNumbers(database)).toEqual([]);
    expect(await outcomesOf([database.write(() => insert(3))])).toEqual([1]);
    expect(await storedNumbers(database)).toEqual([3]);
  });

  test("are unavailable while the disk is full, and succeed once there is space", async () => {
    const database = await open();
    const limit = (pages: number) =>
      database.write(() => all(raw(queries, sql.raw(`PRAGMA max_page_count = ${pages}`))));
    await limit(8);
    const writes = [1, 2, 3].map((n) =>
      database.write(() => run(raw(queries, sql`INSERT INTO numbers VALUES (${n}, zeroblob(100000))`))),
    );
    const outcome = await outcomesOf(writes);
    expect(outcome).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(await storedNumbers(database)).toEqual([]);
    await limit(100_000);
    expect(await outcomesOf([database.write(() => insert(4))])).toEqual([1]);
    expect(await storedNumbers(database)).toEqual([4]);
  });

  test("are all unavailable if one of them rolls back the whole transaction", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(() => run(raw(queries, sql`INSERT OR ROLLBACK INTO numbers (n) VALUES (${1})`))),
      database.write(() => insert(2)),
    ];
    expect(await outcomesOf(writes)).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(await storedNumbers(database)).toEqual([]);
    expect(await outcomesOf([database.write(() => insert(3))])).toEqual([1]);
  });

  test("are all answered in the order of their calls, even if they need several commits", async () => {
    const database = await open();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 1500 }, (_, n) => database.write(() => insert(n)).then(() => order.push(n))),
    );
    expect(order).toEqual(Array.from({ length: 1500 }, (_, n) => n));
    expect((await storedNumbers(database)).length).toBe(1500);
  });

  test("can be started by the answer of another write", async () => {
    const database = await open();
    await database.write(() => insert(1)).then(() => database.write(() => insert(2)));
    expect(await storedNumbers(database)).toEqual([1, 2]);
  });
});

describe("a unit that is one statement", () => {
  test("fails individually if its statement fails", async () => {
    const database = await open();
    const single = (n: number) => database.write(() => insert(n), { single: true });
    expect(await outcomesOf([single(1), single(1), single(2)])).toEqual([
      1,
      "UNIQUE constraint failed: numbers.n",
      1,
    ]);
    expect(await storedNumbers(database)).toEqual([1, 2]);
  });

  test("fails its whole commit as unavailable if it runs a second statement", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(
        function* () {
          yield* insert(2);
          yield* insert(3);
        },
        { single: true },
      ),
    ];
    expect(await outcomesOf(writes)).toEqual(["unavailable", "unavailable"]);
    expect(await storedNumbers(database)).toEqual([]);
  });
});

describe("reads", () => {
  test("can't write", async () => {
    const database = await open();
    const outcome = await outcomesOf([database.read(() => insert(1))]);
    expect(outcome).toEqual(["a read transaction must not write: INSERT INTO numbers (n) VALUES (?)"]);
    expect(await storedNumbers(database)).toEqual([]);
  });

  test("reject with an unexpected error unchanged", async () => {
    const database = await open();
    expect(await outcomesOf([database.read(() => all(raw(queries, sql`SELECT * FROM nowhere`)))])).toEqual([
      "no such table: nowhere",
    ]);
  });
});

describe("listeners", () => {
  test("are notified once per commit with an announcement, after the commit", async () => {
    const database = await open();
    const seen: number[] = [];
    const listener = database.listen(() => {
      void storedNumbers(database).then((rows) => seen.push(rows.length));
    });
    const write = (n: number) =>
      database.write(function* () {
        yield* insert(n);
        yield* announce();
      });
    await Promise.all([write(1), write(2), write(3)]);
    await database.write(() => insert(4));
    expect(seen).toEqual([3]);
    listener.stop();
    await write(5);
    expect(seen).toEqual([3]);
  });

  test("are not notified by a unit that failed", async () => {
    const database = await open();
    let notifications = 0;
    database.listen(() => {
      notifications += 1;
    });
    const refused = database.write(function* () {
      yield* announce();
      throw new Error("refused");
    });
    expect(await outcomesOf([refused, database.write(() => insert(1))])).toEqual(["refused", 1]);
    expect(notifications).toBe(0);
  });
});
