import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { all, raw, type SqlDatabase } from "../../src/index.js";
import { ada, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

/** Everything in a database. */
async function contentsOf(database: SqlDatabase): Promise<string> {
  const queries = database.queries<Record<never, never>>();
  const names = sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table'`;
  return database.read(function* () {
    const tables: unknown[] = [];
    for (const { name } of yield* all(raw(queries, names)))
      tables.push(name, yield* all(raw(queries, sql`SELECT * FROM ${sql.table(name)}`)));
    return JSON.stringify(tables);
  });
}

describe("the host's id of a session", () => {
  test("is stored, answered and reported nowhere", async () => {
    const { clock, database, here, there, troubles, hostSession, setDown } = await openReplicas();
    const heard: unknown[] = [];
    here.onEnding((ending) => heard.push(ending));
    const ids = ["first-secret", "second-secret", "third-secret"];
    const [first, second, third] = ids.map((hostSessionId) => hostSession({ hostSessionId }));
    if (first === undefined || second === undefined || third === undefined) throw new Error("no sessions");
    const answers: unknown[] = [];
    const ask = (call: Promise<unknown>) =>
      call.then(
        (answer) => answers.push(answer),
        (error: unknown) => answers.push(error, String(error), { ...Object(error) }),
      );
    await ask(here.governed.check(first));
    await ask(here.governed.open(first));
    await ask(here.governed.open({ ...first, user: { ...ada, name: "Ada L." } }));
    await ask(here.governed.admit(first));
    await ask(here.governed.touch(first));
    await ask(here.governed.watch(first, (change) => heard.push(change)));
    await ask(here.governed.import([second, third]));
    await ask(here.governed.open({ ...second, user: { ...ada, id: "ben" } }));
    await ask(here.governed.open({ ...second, startedAt: clock.now() + 2 * MINUTE }));
    await ask(here.governed.import([{ ...second, user: { ...ada, id: "ben" } }]));
    await ask(here.governed.check({ ...third, accountId: "" }));
    await ask(here.governed.end(first));
    await ask(there.governed.check(first));
    await ask(here.revoke.account("acme", { actor: NOBODY }));
    for (const key of [first, second, third]) await ask(here.governed.check(key));
    setDown(true);
    await ask(there.governed.check(third));
    await clock.advance(10 * MINUTE);
    setDown(false);
    const everything = [await contentsOf(database), JSON.stringify([answers, heard, troubles])].join();
    expect(everything).toContain("ada@example.test");
    for (const id of ids) expect(everything).not.toContain(id);
  });

  test("leads to the session also after the engine's secret was replaced", async () => {
    const { here, openReplica, hostSession, key } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    const rotated = await openReplica({ secret: new Uint8Array(32).fill(8) });
    await expect(rotated.governed.check(key)).resolves.toMatchObject({ sessionId: session.id });
  });

  test.each([
    ["where one id ends and the other begins", ["acme", "1 s"], ["acme1", " s"]],
    ["composed and decomposed", ["acme", "caf\u00e9"], ["acme", "cafe\u0301"]],
    ["upper and lower case", ["acme", "S1"], ["acme", "s1"]],
    ["with and without a space at the end", ["acme", "s1 "], ["acme", "s1"]],
    ["the last of 1,024 characters", ["acme", `${"x".repeat(1023)}a`], ["acme", `${"x".repeat(1023)}b`]],
    ["accounts composed and decomposed", ["caf\u00e9", "s1"], ["cafe\u0301", "s1"]],
    ["names of an object's own", ["__proto__", "constructor"], ["constructor", "__proto__"]],
  ] as const)("is told from every other: %s", async (_which, one, other) => {
    const { here, there, hostSession } = await openReplicas();
    const [first, second] = [one, other].map(([accountId, hostSessionId]) =>
      hostSession({ accountId, hostSessionId }),
    );
    if (first === undefined || second === undefined) throw new Error("no sessions");
    await here.governed.open(first);
    await expect(here.governed.check(second)).rejects.toMatchObject({ code: "not_found" });
    await here.governed.open(second);
    await here.governed.end(first);
    for (const curfew of [here, there]) {
      await expect(curfew.governed.check(first)).rejects.toMatchObject(revoked("signed_out"));
      await expect(curfew.governed.check(second)).resolves.toMatchObject({ accountId: second.accountId });
    }
  });

  test.each(["open", "import"] as const)(
    "begins with what was said at first where the host changes its object during %s",
    async (method) => {
      const { clock, here, there, hostSession, key, setAfterCall } = await openReplicas();
      const startedAt = clock.now() - MINUTE;
      const changing = hostSession({ startedAt, device: { label: "Firefox" } });
      const wrong = { startedAt: -1, notAfter: 0, lastActiveAt: "now", endsOthers: "boredom", device: null };
      setAfterCall(() => Object.assign(changing, wrong, { user: { ...ada, id: "ben" } }));
      await (method === "open" ? here.governed.open(changing) : here.governed.import([changing]));
      setAfterCall(() => undefined);
      await expect(there.governed.check(key)).resolves.toMatchObject({ userId: "ada" });
      const { items } = await here.sessions.list({ accountId: "acme", limit: 9, after: null });
      expect(items).toMatchObject([{ session: { startedAt, device: { label: "Firefox" } } }]);
    },
  );

  test.each(["check", "touch", "admit", "open"] as const)(
    "names the session that it named at first where the host changes its object during %s",
    async (method) => {
      const { here, there, hostSession, key, setAfterCall, callsOf } = await openReplicas();
      await here.governed.open(hostSession());
      const changing = hostSession();
      setAfterCall(() => Object.assign(changing, { accountId: "other", hostSessionId: "h2" }));
      await there.governed[method](changing);
      setAfterCall(() => undefined);
      expect(changing.hostSessionId).toBe("h2");
      expect(await callsOf(() => there.governed.check(key))).toEqual({});
      for (const wrong of [changing, { ...key, accountId: "other" }, { ...key, hostSessionId: "h2" }])
        await expect(there.governed.check(wrong)).rejects.toMatchObject({ code: "not_found" });
    },
  );
});
