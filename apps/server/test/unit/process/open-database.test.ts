import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/process/open-database.js";
import { StartFailure } from "../../../src/process/start-failure.js";

/** A port that nobody listens on. */
const NOWHERE = "postgres://curfew:hunter2@127.0.0.1:1/sessions";

const failureOf = (url: string): Promise<unknown> =>
  openDatabase({
    postgres: { url, directUrl: null, pooled: false, poolSize: 2 },
    dataDirectory: "unused",
  }).then(
    () => null,
    (error: unknown) => error,
  );

describe("The database that the settings name", () => {
  it("is the embedded one of the data directory where there is no other", async () => {
    const directory = await mkdtemp(join(tmpdir(), "curfew-open-"));
    const { database, place } = await openDatabase({ postgres: null, dataDirectory: directory });
    expect([database.dialect.name, place]).toEqual(["sqlite", directory]);
    await database.close();
    await rm(directory, { recursive: true });
  });

  it("that can't be reached stops the start with one line that names it, and no password", async () => {
    const failure = await failureOf(NOWHERE);
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure).toMatchObject({
      exitCode: 1,
      message: "the database sessions at 127.0.0.1:1 can't be reached",
    });
  });
});
