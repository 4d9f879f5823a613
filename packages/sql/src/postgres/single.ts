import type { Unit } from "../unit.js";
import type { Connection } from "./connections.js";
import { drive } from "./drive.js";

/** Runs a unit that is one statement, which takes one round trip. Throws as `Connection.run` does. */
export async function runSingle<T>(
  connection: Connection,
  unit: Unit<T>,
  now: (() => number) | null,
): Promise<T> {
  let asked = false;
  return await drive(unit, (request) => {
    switch (request.kind) {
      case "statement":
        if (asked) throw new Error("a unit without a transaction must be one statement");
        asked = true;
        return connection.run(request.statement, "short");
      case "stated_clock":
        return now?.() ?? null;
      default:
        throw new Error(`a unit of one statement can't ask for ${request.kind}`);
    }
  });
}
