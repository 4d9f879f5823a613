import type { Request, SqlDatabase, Unit } from "@curfew/sql";

/** Wraps a database so that the text of each statement, and the beginning of each read and write, is added to `steps`. */
export function recordStatements(database: SqlDatabase, steps: string[]): SqlDatabase {
  const recorded = <T>(kind: string, unit: () => Unit<T>): (() => Unit<T>) =>
    function* () {
      steps.push(kind);
      const running = unit();
      let step = running.next();
      while (!step.done) {
        steps.push(...textsOf(step.value));
        step = running.next(yield step.value);
      }
      return step.value;
    };
  return {
    ...database,
    read: (unit, options) => database.read(recorded("read", unit), options),
    write: (unit, options) => database.write(recorded("write", unit), options),
  };
}

const textsOf = (request: Request): readonly string[] => {
  if (request.kind === "several") return request.requests.flatMap(textsOf);
  return request.kind === "statement" ? [request.statement.sql] : [];
};
