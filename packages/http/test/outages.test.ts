import { inspect } from "node:util";
import { CurfewError, createCurfew } from "@curfew/core";
import { createSqlStore } from "@curfew/sql";
import { expect, onTestFinished, test, vi } from "vitest";
import { openMigratedSqlite } from "../../sql/test/support/migrated-sqlite.js";
import { createCall } from "../src/call.js";
import { createOutageReport } from "../src/handler/outages.js";
import { createHandler } from "../src/index.js";
import { statusAndCode } from "./support/responses.js";
import { ada, openHostHandler, openTokenHandler, PUBLIC_URL, requestFor } from "./support/test-handler.js";

test("a database that can't answer reaches onError from each kind of call", async () => {
  const { host, call, current, sessions, setDown, clock, errors } = await openHostHandler();
  const cookie = host.signIn("one", ada);
  setDown(true);
  expect(await statusAndCode(await call("GET", "/api/auth/session", cookie))).toEqual([503, "unavailable"]);
  await clock.advance(1_000);
  await expect(current(cookie)).rejects.toMatchObject({ code: "unavailable" });
  await clock.advance(1_000);
  const own = requestFor("GET", "/notes", { headers: { cookie } });
  await expect(sessions.require(own)).rejects.toMatchObject({ code: "unavailable" });
  expect(errors).toMatchObject([{ code: "unavailable" }, { code: "unavailable" }, { code: "unavailable" }]);
});

test("a database that can't answer reaches onError where Curfew issues the sessions, too", async () => {
  const errors: unknown[] = [];
  const { sessions, call, setDown, clock } = await openTokenHandler({
    onError: (error) => void errors.push(error),
  });
  const signIn = () => sessions.signIn(requestFor("POST", "/sign-in"), { accountId: "acme", user: ada });
  const [cookie = ""] = (await signIn()).headers.getSetCookie();
  setDown(true);
  expect((await signIn()).status).toBe(503);
  await clock.advance(1_000);
  const headers = { Cookie: cookie.slice(0, cookie.indexOf(";")) };
  expect((await call("POST", "/api/auth/refresh", { headers })).status).toBe(503);
  expect(errors).toMatchObject([{ code: "unavailable" }, { code: "unavailable" }]);
});

test("the same outage reaches onError once a second", async () => {
  const { host, call, setDown, clock, errors } = await openHostHandler();
  const cookie = host.signIn("one", ada);
  setDown(true);
  const callTwice = async () => {
    for (let calls = 0; calls < 2; calls++) await call("GET", "/api/auth/session", cookie);
    return errors.length;
  };
  expect(await callTwice()).toBe(1);
  await clock.advance(999);
  expect(await callTwice()).toBe(1);
  await clock.advance(1);
  expect(await callTwice()).toBe(2);
});

test("an outage is told at once where the time is set back", () => {
  const report = vi.fn();
  let now = 60_000;
  const tell = createOutageReport({ now: () => now }, report);
  const call = createCall(requestFor("GET", "/notes"));
  tell(new CurfewError("unavailable", { retryAfterSeconds: 1 }), call);
  now = 0;
  tell(new CurfewError("unavailable", { retryAfterSeconds: 1 }), call);
  tell(new CurfewError("unauthenticated", {}), call);
  expect(report).toHaveBeenCalledTimes(2);
});

test("the log has the database's own error where the host takes none, without tokens and ids", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => logged.mockRestore());
  const database = await openMigratedSqlite();
  const secret = new Uint8Array(32).fill(7);
  const curfew = createCurfew({
    store: createSqlStore(database),
    secret,
    issuer: PUBLIC_URL,
    owners: "host",
  });
  onTestFinished(() => curfew.close());
  const sessions = createHandler({
    curfew,
    publicUrl: PUBLIC_URL,
    secrets: [secret],
    accountName: () => "Acme",
    activity: "requests",
    hostSession: () => ({ accountId: "acme", hostSessionId: "secret-id", user: ada, startedAt: 0 }),
  });
  await database.close();
  const headers = { Cookie: "sid=secret-cookie", Authorization: "Bearer secret-token" };
  expect((await sessions.handler(requestFor("GET", "/api/auth/session", { headers }))).status).toBe(503);
  const [line] = logged.mock.calls;
  expect(line).toEqual(["Curfew:", expect.objectContaining({ message: "the database is closed" })]);
  expect(inspect(line, { depth: 10 })).not.toMatch(/secret-|ada@/);
});
