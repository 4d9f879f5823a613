import type { GovernedStore, TouchInput } from "@curfew/core";
import type { Compilable } from "kysely";
import { first, fixed, raw, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { type RefreshedRow, toRefreshedSession, updateOne } from "./refresh.js";
import { useClauses } from "./refresh-clauses.js";

type TouchValues = TouchInput & { stated: number | null };

/** Compiles the statement that records a use of one session. */
export function compileTouch({
  dialect,
  queries,
}: Pick<StoreContext, "dialect" | "queries">): (values: TouchValues) => Compilable<RefreshedRow> {
  return fixed<RefreshedRow, TouchValues>((slot) =>
    raw(
      queries,
      dialect.atMoment(slot("stated"), (now) => {
        const { assignments, isLive } = useClauses(dialect, { now, idleForMs: slot("idleForMs") });
        return updateOne(slot, now, { assignments, isAllowed: isLive });
      }),
    ),
  );
}

/** Returns a unit that records a use of a live session; see `GovernedStore.touchSession`. */
export function createSessionToucher(
  context: StoreContext,
): (input: TouchInput) => Unit<Awaited<ReturnType<GovernedStore["touchSession"]>>> {
  const statement = compileTouch(context);
  return function* touchSession({ accountId, sessionId, idleForMs }) {
    const values = { accountId, sessionId, idleForMs, stated: yield* statedClock() };
    const row = yield* first(statement(values));
    return row === null ? null : toRefreshedSession(row);
  };
}
