import { openPostgres } from "@curfew/sql";
import { describe, test } from "vitest";
import { startPostgres } from "../../../../scripts/postgres/server.js";
import { expectNoDifference } from "../limits/timing.js";

describe("the time of a failed sign-in on PostgreSQL", () => {
  test("does not tell whether the e-mail has an account, nor does the next call's, with a disk that syncs in 4 ms", async () => {
    // With these settings each commit waits before its sync (`commit_delay`, in microseconds), also if it is alone.
    const flags = ["fsync=on", "commit_delay=4000", "commit_siblings=0"].flatMap((flag) => ["-c", flag]);
    const server = await startPostgres({ flags });
    await expectNoDifference(openPostgres({ url: server.url }));
    await server.remove();
  }, 600_000);
});
