import { CurfewError } from "@curfew/core";
import type { SqlDatabase } from "@curfew/sql";
import type { Fetch } from "../../src/process/listen.js";

/** Faults that a test can inject into a service: an unavailable database, and delayed responses. */
export function createFaultInjection() {
  let isDatabaseDown = false;
  let released: Promise<void> | null = null;
  let release = (): void => undefined;

  const refuseIfDown = (): void => {
    if (isDatabaseDown)
      throw new CurfewError(
        "unavailable",
        { retryAfterSeconds: 1 },
        { message: "outage injected by the test" },
      );
  };
  return {
    setOutage: (on: boolean): void => {
      isDatabaseDown = on;
    },
    setStalled: (on: boolean): void => {
      release();
      released = on
        ? new Promise((resolve) => {
            release = resolve;
          })
        : null;
    },
    /** Wraps the database so that it is unavailable during an outage. */
    database: (database: SqlDatabase): SqlDatabase => ({
      ...database,
      async read(unit) {
        refuseIfDown();
        return database.read(unit);
      },
      async write(unit, options) {
        refuseIfDown();
        return database.write(unit, options);
      },
    }),
    /** Wraps the service so that API calls wait while it is stalled. Pages are not delayed. */
    fetch:
      (fetch: Fetch): Fetch =>
      async (request, connection) => {
        if (released !== null && new URL(request.url).pathname.startsWith("/api/")) await released;
        return fetch(request, connection);
      },
  };
}
