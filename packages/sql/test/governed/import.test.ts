import type { OpenGoverned } from "@curfew/core";
import { describe, expect, test, vi } from "vitest";
import { ada, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

const DAY = 24 * 60 * MINUTE;

describe("governed.import", () => {
  test("opens sessions of several accounts, counts those that are over or known, and can be repeated", async () => {
    const { clock, here, hostSession, key, trail } = await openReplicas();
    const startedAt = clock.now() - 60 * MINUTE;
    const rows = [
      hostSession({ startedAt }),
      hostSession({ startedAt }),
      hostSession({ hostSessionId: "h2", startedAt: startedAt - DAY }),
      hostSession({ accountId: "umbrella", startedAt }),
    ];
    await expect(here.governed.import(rows)).resolves.toEqual({ opened: 2, ended: 1, known: 1 });
    await expect(here.governed.import(rows)).resolves.toEqual({ opened: 0, ended: 0, known: 4 });
    await expect(here.governed.check(key)).resolves.toMatchObject({ authenticatedAt: startedAt });
    await expect(here.users.get("acme", "ada")).resolves.toMatchObject({ lastLoginAt: startedAt });
    expect((await trail()).filter((type) => type === "sessions.imported")).toHaveLength(2);
  });

  test("revives nothing, and does not begin what was signed out before", async () => {
    const { clock, here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await here.governed.end(key);
    await here.revoke.account("acme", { actor: NOBODY });
    const rows = [hostSession(), hostSession({ hostSessionId: "h2", startedAt: clock.now() - MINUTE })];
    await expect(here.governed.import(rows)).resolves.toEqual({ opened: 0, ended: 1, known: 1 });
    await expect(here.governed.check({ ...key, hostSessionId: "h2" })).rejects.toMatchObject(
      revoked("revoked_by_owner"),
    );
  });

  test("counts the absolute lifetime from the switch", async () => {
    const { clock, here, hostSession, key } = await openReplicas({ governedSince: Date.UTC(2026, 0, 5, 9) });
    await here.governed.import([hostSession({ startedAt: clock.now() - 40 * DAY })]);
    await expect(here.governed.check(key)).resolves.toBeDefined();
  });

  test.each<[string, (row: OpenGoverned, now: number) => unknown]>([
    ["rows.1", () => null],
    ["rows.1.accountId", (row) => ({ ...row, accountId: "" })],
    ["rows.1.hostSessionId", (row) => ({ ...row, hostSessionId: "x".repeat(1025) })],
    ["rows.1.hostSessionId", (row) => ({ ...row, hostSessionId: "a\ud800" })],
    ["rows.1.user", (row) => ({ ...row, user: undefined })],
    ["rows.1.user.id", (row) => ({ ...row, user: { ...ada, id: 7 } })],
    ["rows.1.user.name", (row) => ({ ...row, user: { ...ada, name: null } })],
    ["rows.1.user.email", (row) => ({ ...row, user: { ...ada, email: "a\0" } })],
    ["rows.1.user.role", (row) => ({ ...row, user: { ...ada, role: "admin" } })],
    ["rows.1.startedAt", (row) => ({ ...row, startedAt: "2026-01-05" })],
    ["rows.1.startedAt", (row, now) => ({ ...row, startedAt: now + 60_001 })],
    ["rows.1.startedAt", (row) => ({ ...row, startedAt: -1 })],
    ["rows.1.authenticatedAt", (row) => ({ ...row, authenticatedAt: 1.5 })],
    ["rows.1.lastActiveAt", (row) => ({ ...row, lastActiveAt: Number.NaN })],
    ["rows.1.notAfter", (row) => ({ ...row, notAfter: row.startedAt - 1 })],
    ["rows.1.device", (row) => ({ ...row, device: "Firefox" })],
    ["rows.1.device.ip", (row) => ({ ...row, device: { ip: 7 } })],
    ["rows.1.endsOthers", (row) => ({ ...row, endsOthers: "signed_out" })],
  ])("refuses the whole call with the field %s of its first fault", async (field, change) => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const good = hostSession({ hostSessionId: "h0" });
    const bad = change(hostSession(), clock.now()) as OpenGoverned;
    const last = hostSession({ startedAt: clock.now() + 90_000 });
    const calls = await callsOf(() =>
      expect(here.governed.import([good, bad, last])).rejects.toMatchObject({
        code: "validation_failed",
        details: { faults: [{ field }] },
      }),
    );
    expect(
      Object.keys(calls).filter((name) => !name.startsWith("read") && name !== "importSessions"),
    ).toEqual([]);
    await expect(here.governed.check(good)).rejects.toMatchObject({ code: "not_found" });
  });

  test("refuses a host session of two users", async () => {
    const { here, hostSession } = await openReplicas();
    const rows = [hostSession(), hostSession({ user: { ...ada, id: "ben" } })];
    for (const call of [rows, [hostSession({ accountId: "umbrella" }), ...rows]])
      await expect(here.governed.import(call)).rejects.toMatchObject({
        details: { faults: [{ field: `rows.${call.length - 1}.user.id` }] },
      });
    await expect(here.governed.check(hostSession({ accountId: "umbrella" }))).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("refuses a disabled user before any account is written", async () => {
    const { here, hostSession } = await openReplicas({ owners: "host" });
    await here.governed.open(hostSession({ hostSessionId: "h9" }));
    await here.users.update({ accountId: "acme", userId: "ada", changes: { disabled: true }, actor: NOBODY });
    const elsewhere = hostSession({ accountId: "umbrella" });
    for (const rows of [[elsewhere, hostSession()], [hostSession()]])
      await expect(here.governed.import(rows)).rejects.toMatchObject({
        code: "validation_failed",
        details: { faults: [{ field: `rows.${rows.length - 1}.user.id`, message: "The user is disabled." }] },
      });
    await expect(here.governed.check(elsewhere)).rejects.toMatchObject({ code: "not_found" });
  });

  test("of several accounts refuses another user of a live session before any account is written", async () => {
    const { here, hostSession } = await openReplicas();
    await here.governed.open(hostSession());
    const elsewhere = hostSession({ accountId: "umbrella" });
    const rows = [elsewhere, hostSession({ user: { ...ada, id: "ben" } })];
    const fault = { field: "rows.1.user.id", message: "The host session is of another user." };
    await expect(here.governed.import(rows)).rejects.toMatchObject({ details: { faults: [fault] } });
    await expect(here.governed.check(elsewhere)).rejects.toMatchObject({ code: "not_found" });
  });

  test("of several accounts counts ended sessions as known, no matter whom the host names, and opens more of known users", async () => {
    const { here, hostSession } = await openReplicas();
    await here.governed.open(hostSession());
    await here.governed.open(hostSession({ hostSessionId: "h2" }));
    await here.governed.end(hostSession({ hostSessionId: "h2" }));
    const rows = [
      hostSession({ accountId: "umbrella" }),
      hostSession(),
      hostSession({ hostSessionId: "h2", user: { ...ada, id: "ben" } }),
      hostSession({ hostSessionId: "h3" }),
    ];
    await expect(here.governed.import(rows)).resolves.toEqual({ opened: 2, ended: 0, known: 2 });
  });

  test("counts each row of a session that has ended as known, though the rows name two users", async () => {
    const { here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await here.governed.end(key);
    const rows = [hostSession(), hostSession({ user: { ...ada, id: "ben" } })];
    for (const call of [rows, [...rows, hostSession({ accountId: "umbrella" })]])
      await expect(here.governed.import(call)).resolves.toMatchObject({ ended: 0, known: 2 });
  });

  test("counts a session as known whose user is disabled while the accounts of a call are read", async () => {
    const { here, openReplica, store, hostSession } = await openReplicas({ owners: "host" });
    await here.governed.open(hostSession());
    const changes = { disabled: true };
    const readImport: typeof store.readImport = async (input) => {
      const { sessions } = await store.readImport(input);
      if (input.accountId === "acme")
        await here.users.update({ accountId: "acme", userId: "ada", changes, actor: NOBODY });
      return { ...(await store.readImport(input)), sessions };
    };
    const importing = await openReplica({ store: { ...store, readImport } });
    const rows = [hostSession(), hostSession({ accountId: "umbrella" })];
    await expect(importing.governed.import(rows)).resolves.toEqual({ opened: 1, ended: 0, known: 1 });
  });

  test("asks for the sessions and users of several accounts, each once, and of one in its transaction alone", async () => {
    const { openReplica, store, hostSession } = await openReplicas();
    const readImport = vi.fn(store.readImport);
    const here = await openReplica({ store: { ...store, readImport } });
    const rows = [hostSession(), hostSession({ hostSessionId: "h2" })];
    await here.governed.import(rows);
    await here.governed.import([...rows, hostSession({ accountId: "umbrella" })]);
    const asked = readImport.mock.calls.map(([{ sessionIds, userIds }]) => [sessionIds.length, userIds]);
    expect(asked).toEqual([
      [0, []],
      [2, ["ada"]],
      [1, ["ada"]],
    ]);
    const identities = await Promise.all(rows.map((row) => here.governed.check(row)));
    expect(readImport.mock.calls[1]?.[0].sessionIds).toEqual(identities.map(({ sessionId }) => sessionId));
  });

  test("reads each account once, whatever the number of its users", async () => {
    const { here, hostSession, callsOf } = await openReplicas();
    const rows = ["acme", "umbrella"].flatMap((accountId) =>
      ["ada", "ben", "cleo"].map((id) =>
        hostSession({ accountId, hostSessionId: `of ${id}`, user: { ...ada, id } }),
      ),
    );
    const calls = await callsOf(() => here.governed.import(rows));
    expect(calls).toEqual({ readImport: 2, importSessions: 2 });
    expect(await callsOf(() => here.governed.import(rows))).toEqual({ readImport: 2, importSessions: 2 });
  });

  test("is unavailable where the policy changes each time, after four attempts", async () => {
    const { openReplica, store, hostSession } = await openReplicas();
    const importSessions = vi.fn(async () => ({ kind: "policy_moved" }) as const);
    const contended = await openReplica({ store: { ...store, importSessions } });
    await expect(contended.governed.import([hostSession()])).rejects.toMatchObject({ code: "unavailable" });
    expect(importSessions).toHaveBeenCalledTimes(4);
  });

  test("takes a thousand rows and no more", async () => {
    const { here, hostSession } = await openReplicas();
    const rows = Array.from({ length: 1001 }, (_, n) => hostSession({ hostSessionId: `h${n}` }));
    await expect(here.governed.import(rows)).rejects.toMatchObject({
      details: { faults: [{ field: "rows" }] },
    });
    await expect(here.governed.import(rows.slice(1))).resolves.toMatchObject({ opened: 1000 });
    await expect(here.governed.import([])).resolves.toEqual({ opened: 0, ended: 0, known: 0 });
  });
});
