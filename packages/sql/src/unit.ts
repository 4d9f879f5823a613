import type { Compilable, Kysely, RawBuilder } from "kysely";

/** One statement as a database runs it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a unit asks of the database that runs it. */
export type Request =
  | { readonly kind: "statement"; readonly statement: Statement }
  | { readonly kind: "clock" }
  | { readonly kind: "stated_clock" }
  | { readonly kind: "lock"; readonly key: string }
  | { readonly kind: "lock_free"; readonly accountIds: readonly string[] }
  | { readonly kind: "announce" };

/** What a statement answers: the rows that it returns, and how many it changed. */
export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly changes: number;
}

/**
 * A piece of work on a database that takes effect whole or not at all: a generator that yields what it asks for and is
 * resumed with the answer. Nothing in it waits, so one text runs synchronously on SQLite and over a wire elsewhere. It can be
 * begun more often than once, so it changes nothing of its own before its end.
 *
 * @example
 * function* rename(id: string, name: string): Unit<void> {
 *   yield* run(queries.updateTable("profiles").set({ name }).where("id", "=", id));
 * }
 */
export type Unit<T> = Generator<Request, T, unknown>;

/** Runs a statement and answers its rows. */
export function* all<Row>(query: Compilable<Row>): Unit<readonly Row[]> {
  return (yield* execute(query)).rows as readonly Row[];
}

/** Runs a statement and answers its first row, null where there is none. */
export function* first<Row>(query: Compilable<Row>): Unit<Row | null> {
  return ((yield* execute(query)).rows[0] as Row | undefined) ?? null;
}

/** Runs a statement and answers how many rows it changed. */
export function* run(query: Compilable): Unit<number> {
  return (yield* execute(query)).changes;
}

/** The database's clock, in milliseconds since the Unix epoch. */
export function* clock(): Unit<number> {
  return (yield { kind: "clock" }) as number;
}

/**
 * The clock to hand to a statement that reads it by itself where this is null (see `Dialect.atMoment`): a unit of one
 * statement then takes one round trip.
 */
export function* statedClock(): Unit<number | null> {
  return (yield { kind: "stated_clock" }) as number | null;
}

/**
 * Makes what `key` stands for this unit's alone, until the unit ends, among those who lock it. Answers the database's clock as
 * it is then, in milliseconds since the Unix epoch, so that acts under one lock are dated in the order in which they take
 * effect.
 *
 * @param key told from every other key by what it begins with; an account's id stands for the account
 */
export function* lock(key: string): Unit<number> {
  return (yield { kind: "lock", key }) as number;
}

/** Locks an account, as `lock` does; a refresh does not. */
export function* lockAccount(accountId: string): Unit<number> {
  return yield* lock(accountId);
}

/** Locks those of the accounts that nobody else has locked, and answers which. */
export function* lockFreeAccounts(accountIds: readonly string[]): Unit<ReadonlySet<string>> {
  return (yield { kind: "lock_free", accountIds }) as ReadonlySet<string>;
}

/** Wakes those who listen to the database, once the unit has been committed. */
export function* announce(): Unit<void> {
  yield { kind: "announce" };
}

/** Makes a statement written by hand compilable, for the dialect that `queries` compiles for. */
export function raw<Row>(
  queries: Pick<Kysely<never>, "getExecutor">,
  builder: RawBuilder<Row>,
): Compilable<Row> {
  return { compile: () => builder.compile(queries) };
}

function* execute(query: Compilable): Unit<StatementResult> {
  const { sql, parameters } = query.compile();
  return (yield { kind: "statement", statement: { sql, parameters } }) as StatementResult;
}
