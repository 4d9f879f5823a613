import { FakeClock } from "@curfew/core/testing";
import { afterEach, expect, test, vi } from "vitest";
import { StatementCache } from "../src/sqlite/statement-cache.js";
import { openStore, signIn } from "./support/sessions.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lists the tables that statements write to from now on. */
function listWrites(): string[] {
  const tables: string[] = [];
  const run = StatementCache.prototype.run;
  vi.spyOn(StatementCache.prototype, "run").mockImplementation(function (this: StatementCache, ...call) {
    const written = /^\s*(?:insert into|update|delete from) "?(\w+)/i.exec(call[0].sql);
    if (written?.[1] !== undefined) tables.push(written[1]);
    return run.apply(this, call);
  });
  return tables;
}

test("meetUser writes only the rows about which the host says something new", async () => {
  const clock = new FakeClock();
  const { store } = await openStore({ now: clock.now });
  const user = { id: "ada", name: "Ada", email: "ada@example.test", role: "owner" as const };
  const startedAt = clock.now();
  await signIn(store, "acme", "ada", "first", { user });
  clock.stall(60_000);
  const writes = listWrites();
  const writesOf = async (changes: { name?: string; role?: "member" }, authenticatedAt: number | null) => {
    writes.length = 0;
    const input = { accountId: "acme", sessionId: "first", user: { ...user, ...changes }, authenticatedAt };
    await expect(store.meetUser(input)).resolves.toMatchObject({ kind: "met" });
    return [...writes];
  };
  expect(await writesOf({}, null)).toEqual([]);
  expect(await writesOf({}, startedAt)).toEqual([]);
  expect(await writesOf({}, startedAt + 1)).toEqual(["curfew_sessions"]);
  expect(await writesOf({}, startedAt + 1)).toEqual([]);
  expect(await writesOf({ name: "Ada L." }, startedAt)).toEqual(["curfew_users"]);
  expect(await writesOf({ name: "Ada L.", role: "member" }, null)).toEqual(["curfew_users", "curfew_feed"]);
});
