import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type SqlDatabase } from "@curfew/sql";
import { describe, expect, it } from "vitest";
import { areaUnderCurve, expectNoDifference } from "../../limits/timing.js";

const FSYNC_MS = 4;
const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the process after each commit, as a slow disk does with SQLite, which syncs on the event loop. */
const withSlowCommits = (database: SqlDatabase): SqlDatabase => ({
  ...database,
  async write(unit, options) {
    const value = await database.write(unit, options);
    Atomics.wait(neverNotified, 0, 0, FSYNC_MS);
    return value;
  },
});

describe("the time of a failed sign-in on SQLite", () => {
  it("does not tell whether the e-mail has an account, nor does the next call's, with a disk that syncs in 4 ms", async () => {
    const directory = await mkdtemp(join(tmpdir(), "curfew-timing-"));
    await expectNoDifference(withSlowCommits(openSqlite({ path: join(directory, "curfew.db") })));
    await rm(directory, { recursive: true });
  }, 600_000);

  it("would be told apart by a test that could see a write more for some", () => {
    const withOne = Array.from({ length: 100 }, (_, index) => 4 + index / 50);
    const withTwo = Array.from({ length: 100 }, (_, index) => 8 + index / 50);
    expect(areaUnderCurve(withTwo, withOne)).toBe(1);
    expect(areaUnderCurve(withOne, withTwo)).toBe(0);
    expect(areaUnderCurve(withOne, withOne)).toBe(0.5);
  });
});
