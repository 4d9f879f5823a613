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
    yield* execute("CREATE TABLE owed (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED)");
  });
  return database;
}

const kept = async (database: SqlDatabase): Promise<number[]> =>
  (await database.read(numbers)).map((row) => row.n);

/** How each promise ended: its value, or the code or text of its error. */
const endings = async (promises: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(promises)).map((result) => {
    if (result.status === "fulfilled") return result.value;
    return isCurfewError(result.reason) ? result.reason.code : (result.reason as Error).message;
  });

describe("writes that arrive together", () => {
  test("are one transaction: each sees those before it, and reads see them when they are answered", async () => {
    const database = await open();
    const writes = [1, 2, 3].map((n) =>
      database.write(function* () {
        yield* insert(n);
        return (yield* numbers()).length;
      }),
    );
    expect(await kept(database)).toEqual([]);
    expect(await endings(writes)).toEqual([1, 2, 3]);
    expect(await kept(database)).toEqual([1, 2, 3]);
  });

  test("fail one by one: what a failing unit wrote is undone, its neighbours are kept", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(function* () {
        yield* insert(2);
        throw new Error("the host's own refusal");
      }),
      database.write(function* () {
        yield* insert(3);
        yield* insert(1);
      }),
      database.write(() => insert(4)),
    ];
    expect(await endings(writes)).toEqual([
      1,
      "the host's own refusal",
      "UNIQUE constraint failed: numbers.n",
      1,
    ]);
    expect(await kept(database)).toEqual([1, 4]);
  });

  test("answer an unexpected error as it is, the very object", async () => {
    const database = await open();
    const thrown = new TypeError("a fault of ours");
    const error = await database
      .write(function* () {
        yield* clock();
        throw thrown;
      })
      .catch((reason: unknown) => reason);
    expect(error).toBe(thrown);
  });

  test("all fail as unavailable where the commit fails, and leave nothing", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(() => execute("INSERT INTO owed (n) VALUES (99)")),
      database.write(() => insert(2), { single: true }),
    ];
    expect(await endings(writes)).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(await kept(database)).toEqual([]);
    expect(await endings([database.write(() => insert(3))])).toEqual([1]);
    expect(await kept(database)).toEqual([3]);
  });

  test("are unavailable while the disk is full, and go on once there is room", async () => {
    const database = await open();
    const limit = (pages: number) =>
      database.write(() => all(raw(queries, sql.raw(`PRAGMA max_page_count = ${pages}`))));
    await limit(8);
    const writes = [1, 2, 3].map((n) =>
      database.write(() => run(raw(queries, sql`INSERT INTO numbers VALUES (${n}, zeroblob(100000))`))),
    );
    const outcome = await endings(writes);
    expect(outcome).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(await kept(database)).toEqual([]);
    await limit(100_000);
    expect(await endings([database.write(() => insert(4))])).toEqual([1]);
    expect(await kept(database)).toEqual([4]);
  });

  test("all fail where one of them loses the whole transaction", async () => {
    const database = await open();
    const writes = [
      database.write(() => insert(1)),
      database.write(() => run(raw(queries, sql`INSERT OR ROLLBACK INTO numbers (n) VALUES (${1})`))),
      database.write(() => insert(2)),
    ];
    expect(await endings(writes)).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(await kept(database)).toEqual([]);
    expect(await endings([database.write(() => insert(3))])).toEqual([1]);
  });

  test("are all served, however many there are, in the order in which they came", async () => {
    const database = await open();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 1500 }, (_, n) => database.write(() => insert(n)).then(() => order.push(n))),
    );
    expect(order).toEqual(Array.from({ length: 1500 }, (_, n) => n));
    expect((await kept(database)).length).toBe(1500);
  });

  test("may be asked for by one that was just answered", async () => {
    const database = await open();
    await database.write(() => insert(1)).then(() => database.write(() => insert(2)));
    expect(await kept(database)).toEqual([1, 2]);
  });
});

describe("a unit that is one statement", () => {
  test("fails alone where its statement fails", async () => {
    const database = await open();
    const single = (n: number) => database.write(() => insert(n), { single: true });
    expect(await endings([single(1), single(1), single(2)])).toEqual([
      1,
      "UNIQUE constraint failed: numbers.n",
      1,
    ]);
    expect(await kept(database)).toEqual([1, 2]);
  });

  test("can't be two, and nothing of a drain is kept in which one tried", async () => {
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
    expect(await endings(writes)).toEqual(["unavailable", "unavailable"]);
    expect(await kept(database)).toEqual([]);
  });
});

describe("reads", () => {
  test("can't write", async () => {
    const database = await open();
    const outcome = await endings([database.read(() => insert(1))]);
    expect(outcome).toEqual(["a read transaction must not write: INSERT INTO numbers (n) VALUES (?)"]);
    expect(await kept(database)).toEqual([]);
  });

  test("answer an unexpected error as it is", async () => {
    const database = await open();
    expect(await endings([database.read(() => all(raw(queries, sql`SELECT * FROM nowhere`)))])).toEqual([
      "no such table: nowhere",
    ]);
  });
});

describe("listeners", () => {
  test("are woken once for each commit that a unit announced, after the answer's commit", async () => {
    const database = await open();
    const seen: number[] = [];
    const listener = database.listen(() => {
      void kept(database).then((rows) => seen.push(rows.length));
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

  test("are not woken by a unit that failed", async () => {
    const database = await open();
    let wakes = 0;
    database.listen(() => {
      wakes += 1;
    });
    const refused = database.write(function* () {
      yield* announce();
      throw new Error("refused");
    });
    expect(await endings([refused, database.write(() => insert(1))])).toEqual(["refused", 1]);
    expect(wakes).toBe(0);
  });
});
