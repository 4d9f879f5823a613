import type { Request, Statement, StatementResult, Unit } from "../unit.js";

/** What a unit is run against. */
export interface UnitHost {
  execute(statement: Statement): StatementResult;
  now(): number;
  announce(): void;
}

/** Runs a unit to its end, synchronously. Throws what the unit or one of its statements throws. */
export function drive<T>(unit: Unit<T>, host: UnitHost): T {
  let step = unit.next();
  while (!step.done) step = unit.next(answer(step.value, host));
  return step.value;
}

function answer(request: Request, host: UnitHost): unknown {
  switch (request.kind) {
    case "statement":
      return host.execute(request.statement);
    // A unit has the database to itself.
    case "clock":
    case "stated_clock":
    case "lock":
      return host.now();
    case "lock_free":
      return new Set(request.accountIds);
    case "announce":
      return host.announce();
  }
}
