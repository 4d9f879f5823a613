import { createCurfew, type Grant, isCurfewError } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "./support/sessions.js";

const ACTOR = { userId: null, sessionId: null, ip: null };
const DAY = 86_400_000;

const engines: { close(): void }[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close();
});

/** Two engines on one database, as replicas are, on a clock that only the test moves. */
async function twoReplicas() {
  const clock = new FakeClock();
  const { database, store } = await openStore({ now: clock.now });
  const open = () => {
    const engine = createCurfew({
      store,
      secret: Buffer.alloc(32, 1),
      issuer: "https://curfew.example",
      clock,
      scheduler: clock,
    });
    engines.push(engine);
    return engine;
  };
  const [here, there] = [open(), open()];
  onTestFinished(() => database.close());
  await Promise.all([here.ready(), there.ready()]);
  const signIn = (id: string, role: "owner" | "member" = "member", accountId = "acme") =>
    here.sessions.start({ accountId, user: { id, name: id, email: `${id}@acme.example`, role } });
  const sweepAll = async () => {
    while ((await here.sweep()).more);
  };
  return { clock, store, here, there, signIn, sweepAll };
}

/** How a call fails: the code, with the reason and moment of an ended session. */
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "succeeded",
    (error) => {
      if (!isCurfewError(error)) throw error;
      return error.code.startsWith("session_") ? { code: error.code, ...error.details } : error.code;
    },
  );

describe("users.delete", () => {
  test("refuses the user's tokens with user_deleted everywhere, before and after the rows are done", async () => {
    const { clock, here, there, signIn, sweepAll } = await twoReplicas();
    await signIn("owner", "owner");
    const { accessToken, refreshToken } = await signIn("ada");
    await there.sessions.verify(accessToken);
    const endedAt = clock.now();
    await here.users.delete({ accountId: "acme", userId: "ada", actor: ACTOR });
    const revoked = { code: "session_revoked", reason: "user_deleted", endedAt };
    const all = async () => [
      await failure(here.sessions.verify(accessToken)),
      await failure(here.sessions.refresh(refreshToken)),
      await failure(here.sessions.refuseEnded(accessToken)),
    ];
    expect(await all()).toEqual([revoked, revoked, revoked]);
    await there.ready();
    await clock.advance(1000);
    expect(await failure(there.sessions.verify(accessToken))).toEqual(revoked);
    await sweepAll();
    expect(await all()).toEqual([revoked, revoked, revoked]);
  });

  test("accepts the tokens of a new user with the same id, and none of the old one", async () => {
    const { here, signIn } = await twoReplicas();
    await signIn("owner", "owner");
    const old = await signIn("ada");
    await here.users.delete({ accountId: "acme", userId: "ada", actor: ACTOR });
    const next = await signIn("ada");
    expect(await here.sessions.verify(next.accessToken)).toMatchObject({ userId: "ada" });
    expect(await failure(here.sessions.verify(old.accessToken))).toMatchObject({ reason: "user_deleted" });
    expect(await failure(here.sessions.refresh(old.refreshToken))).toMatchObject({ reason: "user_deleted" });
  });

  test("throws not_found and last_owner", async () => {
    const { here, signIn } = await twoReplicas();
    await signIn("owner", "owner");
    const deletion = (userId: string) => here.users.delete({ accountId: "acme", userId, actor: ACTOR });
    expect(await failure(deletion("nobody"))).toBe("not_found");
    expect(await failure(deletion("owner"))).toBe("last_owner");
  });

  test("is done in every row within a minute by itself", async () => {
    const { clock, here, store, signIn } = await twoReplicas();
    await signIn("owner", "owner");
    const { session } = await signIn("ada");
    await here.users.delete({ accountId: "acme", userId: "ada", actor: ACTOR });
    await clock.advance(60_000);
    expect((await store.readSession("acme", session.id))?.user).toMatchObject({
      name: "Deleted user",
      email: "",
    });
    expect((await store.readSession("acme", session.id))?.user.id).not.toBe("ada");
  });
});

describe("accounts.delete", () => {
  test("refuses the account's tokens with account_deleted during and after, until the tombstone goes", async () => {
    const { clock, here, there, signIn, sweepAll } = await twoReplicas();
    const grants: Grant[] = [await signIn("owner", "owner"), await signIn("ada")];
    const other = await signIn("ben", "owner", "other");
    for (const { accessToken } of grants) await there.sessions.verify(accessToken);
    const endedAt = clock.now();
    await here.accounts.delete({ accountId: "acme", actor: ACTOR });
    const revoked = { code: "session_revoked", reason: "account_deleted", endedAt };
    const expectRevoked = async () => {
      for (const { accessToken, refreshToken, session } of grants)
        expect([
          await failure(here.sessions.verify(accessToken)),
          await failure(here.sessions.refresh(refreshToken)),
          await failure(here.sessions.refuseEnded(accessToken)),
          await failure(here.sessions.get("acme", session.id)),
          await failure(here.sessions.watch({ accountId: "acme", sessionId: session.id }, () => undefined)),
          await here.sessions.signOut(refreshToken),
        ]).toEqual([revoked, revoked, revoked, revoked, revoked, true]);
    };
    await expectRevoked();
    expect(await failure(signIn("cleo"))).toEqual(revoked);
    await sweepAll();
    await expectRevoked();
    // A replica that can't trust its memory asks the database, where the rows are gone.
    clock.stall(5000);
    expect(await failure(there.sessions.verify(grants[0]?.accessToken ?? ""))).toEqual(revoked);
    expect(await here.sessions.refresh(other.refreshToken)).toMatchObject({ user: { id: "ben" } });
    clock.stall(121 * DAY);
    await sweepAll();
    expect(await failure(here.sessions.refresh(grants[0]?.refreshToken ?? ""))).toBe("unauthenticated");
  });

  test("tells those who watch a session of the account", async () => {
    const { clock, here, there, signIn } = await twoReplicas();
    const { session } = await signIn("owner", "owner");
    const told: unknown[] = [];
    await there.sessions.watch({ accountId: "acme", sessionId: session.id }, (change) => told.push(change));
    const endedAt = clock.now();
    await here.accounts.delete({ accountId: "acme", actor: ACTOR });
    await clock.advance(2000);
    expect(told).toEqual([{ kind: "ended", fate: { state: "revoked", reason: "account_deleted", endedAt } }]);
  });

  test("lets an account of the same id begin again, whose tokens are accepted at once", async () => {
    const { here, signIn, sweepAll } = await twoReplicas();
    const old = await signIn("owner", "owner");
    await here.revoke.user("acme", "owner", { actor: ACTOR });
    await here.accounts.delete({ accountId: "acme", actor: ACTOR });
    await sweepAll();
    const next = await signIn("owner", "owner");
    expect(await here.sessions.verify(next.accessToken)).toMatchObject({ accountId: "acme" });
    expect(await here.sessions.refresh(next.refreshToken)).toMatchObject({ user: { id: "owner" } });
    expect(await failure(here.sessions.verify(old.accessToken))).toMatchObject({ code: "session_revoked" });
  });
});

describe("governed sessions", () => {
  const opening = (clock: FakeClock, id: string, changes = {}) => ({
    accountId: "acme",
    hostSessionId: `host-session-of-${id}`,
    user: { id, name: id, email: `${id}@acme.example`, role: "owner" as const },
    startedAt: clock.now(),
    ...changes,
  });

  test("tell user_deleted in every call, known or not, and a new user begins with a later session", async () => {
    const { clock, here, there, signIn, sweepAll } = await twoReplicas();
    await signIn("owner", "owner");
    const known = opening(clock, "ada");
    const unseen = opening(clock, "ada", {
      hostSessionId: "unseen",
      user: { ...known.user, name: "Ada Unseen" },
    });
    await here.governed.open(known);
    await there.governed.check(known);
    const endedAt = clock.now();
    await here.users.delete({ accountId: "acme", userId: "ada", actor: ACTOR });
    await clock.advance(1000);
    const revoked = { code: "session_revoked", reason: "user_deleted", endedAt };
    const all = async () => [
      await failure(here.governed.check(known)),
      await failure(there.governed.check(known)),
      await failure(here.governed.touch(known)),
      await failure(here.governed.open(known)),
      await failure(here.governed.open(unseen)),
      await failure(here.governed.check(unseen)),
      await here.governed.import([known, unseen, opening(clock, "ben", { accountId: "other" })]),
    ];
    const expected = Array(6).fill(revoked);
    expect(await all()).toEqual([...expected, { opened: 1, ended: 0, known: 2 }]);
    await sweepAll();
    expect(await all()).toEqual([...expected, { opened: 0, ended: 0, known: 3 }]);
    const trail = JSON.stringify(await here.events.list({ accountId: "acme", limit: 100, after: null }));
    expect(trail).not.toContain("Unseen");
    const later = opening(clock, "ada", { hostSessionId: "later", startedAt: clock.now() });
    expect(await here.governed.open(later)).toMatchObject({ user: { id: "ada" } });
    expect(await here.governed.check(later)).toMatchObject({ userId: "ada" });
  });

  test("tell account_deleted during and after, and those of a new account of the same id are others", async () => {
    const { clock, here, sweepAll } = await twoReplicas();
    const known = opening(clock, "ada");
    const unseen = opening(clock, "ada", { hostSessionId: "unseen" });
    await here.governed.open(known);
    const endedAt = clock.now();
    await here.accounts.delete({ accountId: "acme", actor: ACTOR });
    const revoked = { code: "session_revoked", reason: "account_deleted", endedAt };
    const all = async () => [
      await failure(here.governed.check(known)),
      await failure(here.governed.touch(known)),
      await failure(here.governed.open(known)),
      await failure(here.governed.open(unseen)),
    ];
    expect(await all()).toEqual(Array(4).fill(revoked));
    expect(await failure(here.governed.import([unseen]))).toEqual(revoked);
    await sweepAll();
    expect(await all()).toEqual(Array(4).fill(revoked));
    clock.stall(5);
    const later = opening(clock, "ada", { hostSessionId: "later", startedAt: clock.now() });
    expect(await here.governed.open(later)).toMatchObject({ user: { id: "ada" } });
    expect(await failure(here.governed.open(unseen))).toEqual(revoked);
    expect(await failure(here.governed.check({ accountId: "acme", hostSessionId: "never" }))).toBe(
      "not_found",
    );
  });
});
