import { type Compilable, type RawBuilder, sql } from "kysely";

/** Stands in a compiled statement for a value that each call brings. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Names a value that each call brings, where a statement is written. */
export type Slots<Name extends string> = <Value>(name: Name) => RawBuilder<Value>;

/**
 * Compiles a statement once; each call then only fills the values in.
 *
 * @param build writes the statement, with `slot(name)` where a value belongs
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
