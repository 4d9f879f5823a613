import { CurfewError } from "@curfew/core";
import type { SqlDatabase } from "@curfew/sql";
import type { Fetch } from "../../src/process/listen.js";

/** What a test can do to a service: a database that is down, and answers that don't come. */
export function createTrouble() {
  let down = false;
  let stalled: Promise<void> | null = null;
  let release = (): void => undefined;

  const refuseIfDown = (): void => {
    if (down)
      throw new CurfewError("unavailable", { retryAfterSeconds: 1 }, { message: "the test's outage" });
  };
  return {
    outage: (on: boolean): void => {
      down = on;
    },
    stall: (on: boolean): void => {
      release();
      stalled = on
        ? new Promise((resolve) => {
            release = resolve;
          })
        : null;
    },
    /** The same database, down where the test says so. */
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
    /** The same service, whose API answers once the test lets it. Pages come all the same. */
    fetch:
      (fetch: Fetch): Fetch =>
      async (request, connection) => {
        if (stalled !== null && new URL(request.url).pathname.startsWith("/api/")) await stalled;
        return fetch(request, connection);
      },
  };
}
