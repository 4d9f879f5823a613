import { type Compilable, type Kysely, type RawBuilder, sql } from "kysely";

/** A statement in the form that a driver runs. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a unit can request from the database that runs it. */
export type Request =
  | { readonly kind: "statement"; readonly statement: Statement }
  | { readonly kind: "clock" }
  | { readonly kind: "stated_clock" }
  | { readonly kind: "lock"; readonly key: string }
  | { readonly kind: "try_lock"; readonly accountIds: readonly string[] }
  | { readonly kind: "announce" }
  | {
      readonly kind: "several";
      readonly requests: readonly Request[];
      /** The unit is committed with these requests. */
      readonly isLast: boolean;
    };

/** The rows that a statement returned, and the number of rows that it changed. */
export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly changes: number;
}

/**
 * An atomic piece of work on a database: a generator that yields requests and is resumed with their results.
 * A unit never awaits, so the same code runs synchronously on SQLite and asynchronously on PostgreSQL. The
 * database may start a unit again after a conflict, so a unit must not have side effects of its own.
 *
 * @example
 * function* rename(id: string, name: string): Unit<void> {
 *   yield* run(queries.updateTable("profiles").set({ name }).where("id", "=", id));
 * }
 */
export type Unit<T> = Generator<Request, T, unknown>;

/** Runs a statement and returns its rows. */
export function* all<Row>(query: Compilable<Row>): Unit<readonly Row[]> {
  return (yield* execute(query)).rows as readonly Row[];
}

/** Runs a statement and returns its first row, or null if there is none. */
export function* first<Row>(query: Compilable<Row>): Unit<Row | null> {
  return ((yield* execute(query)).rows[0] as Row | undefined) ?? null;
}

/** Runs a statement and returns the number of rows that it changed. */
export function* run(query: Compilable): Unit<number> {
  return (yield* execute(query)).changes;
}

function* execute(query: Compilable): Unit<StatementResult> {
  const { sql: text, parameters } = query.compile();
  return (yield { kind: "statement", statement: { sql: text, parameters } }) as StatementResult;
}

/** Reads the database's clock, in milliseconds since the Unix epoch. */
export function* clock(): Unit<number> {
  return (yield { kind: "clock" }) as number;
}

/**
 * Returns the time to pass to `Dialect.atMoment`, in milliseconds since the Unix epoch, or null if the
 * statement must read the clock itself. A unit of one statement then needs a single round trip.
 */
export function* statedClock(): Unit<number | null> {
  return (yield { kind: "stated_clock" }) as number | null;
}

/**
 * Locks `key` until the unit ends, and returns the database's clock, in milliseconds since the Unix epoch.
 * The clock is read after the lock is held, so that units under the same lock get times in the order of their
 * effects.
 *
 * @param key an account's id, or another string with a prefix of its own
 */
export function* lock(key: string): Unit<number> {
  return (yield { kind: "lock", key }) as number;
}

/** Locks an account, as `lock` does. A refresh takes no lock. */
export function* lockAccount(accountId: string): Unit<number> {
  return yield* lock(accountId);
}

/** Locks the accounts that no other unit has locked, without waiting, and returns their ids. */
export function* tryLockAccounts(accountIds: readonly string[]): Unit<ReadonlySet<string>> {
  return (yield { kind: "try_lock", accountIds }) as ReadonlySet<string>;
}

/** Notifies the database's listeners after the unit has been committed. */
export function* announce(): Unit<void> {
  yield { kind: "announce" };
}

/** What several units return, in their order. */
type ResultsOf<Units extends readonly Unit<unknown>[]> = {
  -readonly [Place in keyof Units]: Units[Place] extends Unit<infer Result> ? Result : never;
};

/** Runs units side by side: what each of them requests next takes one round trip for all. Requests keep their order. */
export function* together<const Units extends readonly Unit<unknown>[]>(
  ...units: Units
): Unit<ResultsOf<Units>> {
  const steps: Step[] = [];
  for (const unit of units) steps.push(yield* resume(unit, undefined));
  for (;;) {
    const open = steps.flatMap((step, place) => (step.done ? [] : [{ place, request: step.value }]));
    if (open.length === 0) return steps.map(({ value }) => value) as ResultsOf<Units>;
    const requests = open.map(({ request }) => request);
    const results = (yield { kind: "several", requests, isLast: false }) as readonly unknown[];
    for (const [nth, { place }] of open.entries())
      steps[place] = yield* resume(units[place] as Unit<unknown>, results[nth]);
  }
}

/**
 * Runs units as `together` does and commits in the same round trip, so that the calling unit can request nothing more. Each of
 * the units makes at most one request.
 */
export function* lastly<const Units extends readonly Unit<unknown>[]>(
  ...units: Units
): Unit<ResultsOf<Units>> {
  const steps: Step[] = [];
  for (const unit of units) steps.push(yield* resume(unit, undefined));
  const requests = steps.flatMap((step) => (step.done ? [] : [step.value]));
  const results = [...((yield { kind: "several", requests, isLast: true }) as readonly unknown[])];
  const values: unknown[] = [];
  for (const [place, step] of steps.entries()) {
    const ended = step.done ? step : (units[place] as Unit<unknown>).next(results.shift());
    if (!ended.done) throw new Error("a unit that runs last can make one request");
    values.push(ended.value);
  }
  return values as ResultsOf<Units>;
}

/** `together`, or `lastly` where nothing follows. */
export type Gather = typeof together;

type Step = IteratorResult<Request, unknown>;

/** Resumes a unit and takes what it requests without a round trip, until it waits for one or ends. */
function* resume(unit: Unit<unknown>, result: unknown): Unit<Step> {
  let step = unit.next(result);
  while (!step.done && (step.value.kind === "announce" || step.value.kind === "stated_clock"))
    step = unit.next(yield step.value);
  return step;
}

/** Makes a raw SQL statement compilable for the dialect of `queries`. */
export function raw<Row>(
  queries: Pick<Kysely<never>, "getExecutor">,
  builder: RawBuilder<Row>,
): Compilable<Row> {
  return { compile: () => builder.compile(queries) };
}

/** Placeholder in a compiled statement for a value that each call provides. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Returns the placeholder for a named value while a statement is built. */
export type Slots<Name extends string> = <Value>(name: Name) => RawBuilder<Value>;

/**
 * Compiles a statement once; each call then only fills in the values.
 *
 * @param build builds the statement, with `slot(name)` in the place of each value
 * @example const byId = fixed<Row, { id: string }>((slot) => raw(queries, sql`SELECT * FROM t WHERE id = ${slot("id")}`));
 */
export function fixed<Row, Values extends object>(
  build: (slot: Slots<keyof Values & string>) => Compilable<Row>,
): (values: Values) => Compilable<Row> {
  const compiled = build((name) => sql`${new Slot(name)}`).compile();
  return (values) => {
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    );
    return { compile: () => ({ ...compiled, parameters }) };
  };
}
