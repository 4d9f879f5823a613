import { personalDataSchema } from "@curfew/http/wire";
import { raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ServiceTables } from "../../../src/database/tables.js";
import {
  accept,
  invite,
  join,
  login,
  makePasswordLink,
  register,
  type SignedIn,
  signedIn,
} from "../api-calls.js";
import { recordStatements } from "../record-statements.js";
import { type Call, createTestService, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/users/me/export";

describe("the export of one's own data", () => {
  let service: TestService;
  let ada: SignedIn;
  let bob: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    bob = await join(service, ada, "Bob");
  });
  afterEach(() => service.close());

  const exported = async (user: SignedIn, call: Call = {}) => {
    const answer = await service.call("GET", PATH, { token: user.token, ...call });
    expect(answer.status).toBe(200);
    return { answer, data: answer.body };
  };

  it("is a JSON file, as the OpenAPI document describes it", async () => {
    const { answer, data } = await exported(bob);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w-]+\.json"$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(personalDataSchema.strict().parse(data)).toEqual(data);
    expect((await service.call("GET", PATH)).status).toBe(401);
  });

  it("has the user, sessions open and ended, places, links and failures", async () => {
    await login(service, bob.email, "wrong", { ip: "198.51.100.9" });
    const other = await login(service, bob.email, PASSWORD, { ip: "198.51.100.7" });
    await service.call("POST", "/api/auth/logout", { token: other.body.access_token });
    await login(service, bob.email, "wrong", { ip: "198.51.100.9" });
    await makePasswordLink(service, ada, bob.userId);
    const { data } = await exported(bob);
    expect(data.user).toMatchObject({
      id: bob.userId,
      name: "Bob",
      email: bob.email,
      role: "member",
      disabled: false,
      account: { id: ada.accountId, name: "Ada's account" },
    });
    expect(data.sessions).toMatchObject([
      { id: bob.sessionId, device: { ip: "192.0.2.1" }, ended_at: null },
      { device: { ip: "198.51.100.7" }, end_reason: "signed_out" },
    ]);
    expect(data.known_places).toHaveLength(2);
    expect(data.failed_sign_ins).toBe(1);
    expect(data.password_link).toMatchObject({ expires_at: expect.any(String) });
    expect(data.events.map(({ type }: { type: string }) => type).sort()).toEqual([
      "member.invited",
      "member.joined",
      "password.link_made",
      "user.sign_in_failed",
      "user.signed_in",
      "user.signed_out",
    ]);
    expect(data.events.find(({ type }: { type: string }) => type === "user.sign_in_failed")).toMatchObject({
      by: null,
      ip: "198.51.100.9",
      details: { count: 2 },
    });
  });

  it("has what an owner handed out", async () => {
    const carl = await invite(service, ada, "Carl");
    await makePasswordLink(service, ada, bob.userId);
    const { data } = await exported(ada);
    expect(data.invitations_made).toMatchObject([{ user_id: carl.id }]);
    expect(data.password_links_made).toMatchObject([{ user_id: bob.userId }]);
  });

  it("says of others what they did to the person, and not who they are or from where", async () => {
    const again = await login(service, ada.email, PASSWORD, { ip: "203.0.113.77" });
    const path = `/api/accounts/me/members/${bob.userId}`;
    const call = { token: again.body.access_token, ip: "203.0.113.77" };
    await service.call("PATCH", path, { ...call, body: { role: "owner" } });
    const fresh = await login(service, bob.email);
    const { data } = await exported(bob, { token: fresh.body.access_token });
    expect(data.events.find(({ type }: { type: string }) => type === "member.role_changed")).toMatchObject({
      by: "another person",
      session_id: null,
      ip: null,
      details: { user_id: bob.userId, before: "member", after: "owner" },
    });
    const text = JSON.stringify(data);
    for (const secret of ["203.0.113.77", ada.email, ada.userId, ada.sessionId])
      expect(text).not.toContain(secret);
  });

  it("says what the person did to others, by their ids alone", async () => {
    const carl = await invite(service, ada, "Carl");
    const sessions = `/api/accounts/me/security/sessions/${bob.sessionId}`;
    expect((await service.call("DELETE", sessions, { token: ada.token })).status).toBe(204);
    const { data } = await exported(ada);
    const detailsOf = (type: string, id: string) =>
      data.events.find((event: { type: string; details: { user_id: string } }) => {
        return event.type === type && event.details.user_id === id;
      })?.details;
    expect(detailsOf("member.invited", carl.id)).toEqual({ user_id: carl.id, role: "member" });
    expect(detailsOf("session.revoked", bob.userId)).toEqual({
      user_id: bob.userId,
      reason: "revoked_by_owner",
    });
    const text = JSON.stringify(data);
    for (const part of [carl.email, bob.email, '"Carl"', '"Bob"']) expect(text).not.toContain(part);
  });

  it("has nothing of who had the person's e-mail before", async () => {
    await login(service, bob.email, "wrong", { ip: "198.51.100.9" });
    const changed = await service.call("PATCH", "/api/users/me", {
      token: bob.token,
      body: { email: "bob-2@example.test", current_password: PASSWORD },
    });
    expect(changed.status).toBe(200);
    const { url } = (
      await service.call("POST", "/api/accounts/me/members", {
        token: ada.token,
        body: { name: "Carla", email: bob.email, role: "member" },
      })
    ).body.invitation;
    const carla = signedIn(await accept(service, url.split("#")[1]));
    const { data } = await exported(carla);
    expect(data.user.email).toBe(bob.email);
    expect(data.events.map(({ type }: { type: string }) => type)).toEqual([
      "member.joined",
      "member.invited",
    ]);
    for (const part of [bob.userId, "Bob", "198.51.100.9"]) expect(JSON.stringify(data)).not.toContain(part);
  });

  it("has nothing of others, of another account, or of secrets", async () => {
    const eve = await register(service, "Eve");
    const carl = await join(service, ada, "Carl");
    const { data } = await exported(bob);
    const text = JSON.stringify(data);
    for (const other of [eve, carl])
      for (const part of [other.email, other.userId, other.sessionId]) expect(text).not.toContain(part);
    const [{ password_hash = "" } = {}] = await service.query<{ password_hash: string }>(
      `SELECT password_hash FROM credentials WHERE user_id = '${bob.userId}'`,
    );
    expect(password_hash).not.toBe("");
    expect(text).not.toContain(password_hash);
    expect(text).not.toContain(bob.cookie);
  });

  it("has more events and sessions than are read at once, each once", async () => {
    const actor = { actorId: bob.userId, sessionId: bob.sessionId, ip: null, details: {} };
    await service.database.write(function* () {
      for (let index = 0; index < 1_200; index += 1)
        yield* service.context.writeEvent(ada.accountId, { type: "user.signed_in", ...actor });
    });
    const { data } = await exported(bob);
    const ids = data.events.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(1_202);
    expect(new Set(ids).size).toBe(1_202);
  });

  it("looks through the sessions of a large account a part at a time, and has each of the person's once", async () => {
    const copies = (id: string, userId: string, from: number, count: number) =>
      sql`INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes,
          absolute_minutes, idle_expires_at, absolute_expires_at, ended_at, end_reason)
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${sql.lit(count)})
        SELECT account_id, printf('%08x-0000-7000-8000-000000000000', ${sql.lit(from)} + n), ${userId}, 0, 1, 1, 60, 1440, 1, 1, 1, 'idle'
          FROM numbers, curfew_sessions WHERE id = ${id}`;
    const queries = service.database.queries<ServiceTables>();
    await service.database.write(function* () {
      yield* run(raw(queries, copies(ada.sessionId, ada.userId, 0, 4_100)));
      yield* run(raw(queries, copies(bob.sessionId, bob.userId, 10_000, 5)));
    });
    const steps: string[] = [];
    const call = service.callWith({ database: recordStatements(service.database, steps) });
    const { body } = await call("GET", PATH, { token: bob.token });
    const ids = body.sessions.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(6);
    expect(ids).toHaveLength(6);
    expect(
      steps.filter((step) => step.includes('from "curfew_sessions"') && step.includes("offset")),
    ).toHaveLength(3);
  });
});
