import { nameKeyOf } from "@curfew/core";
import type { SqlDatabase } from "@curfew/sql";
import { all, run } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serviceQueries } from "../../src/database/tables.js";
import { MAX_OPEN_LINKS } from "../../src/links/count-open-links.js";
import { invite as inviteMember } from "../../src/members/invite.js";
import { listMembers } from "../../src/members/list-members.js";
import {
  accept,
  type InvitedMember,
  invite,
  inviteCall,
  join,
  register,
  type SignedIn,
} from "../unit/api-calls.js";
import { createTestService, PASSWORD, type TestService } from "../unit/test-service.js";

const MEMBERS = "/api/accounts/me/members";
const SECURITY = "/api/accounts/me/security";
const INVALID = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "token", code: "invalid_value" }] },
};

export interface TestDatabase {
  readonly name: string;
  /** Opens an empty database. @param now its clock */
  open(now: () => number): Promise<SqlDatabase>;
}

/** What ends the invitations of an owner, and the pages of many: on each kind of database. */
export function describeInvitationEnds({ name, open }: TestDatabase): void {
  let service: TestService;
  let ada: SignedIn;
  let bea: SignedIn;
  beforeEach(async () => {
    service = await createTestService({ openDatabase: open });
    ada = await register(service, "Ada");
    bea = await join(service, ada, "Bea", "owner");
  });
  afterEach(() => service.close());

  const change = (changes: object) =>
    service.call("PATCH", `${MEMBERS}/${bea.userId}`, { token: ada.token, body: changes });
  const read = (token: string) => service.call("POST", "/api/auth/invitation", { body: { token } });

  const ENDS: readonly (readonly [string, () => Promise<{ status: number }>])[] = [
    ["is disabled", () => change({ disabled: true })],
    ["is made a member", () => change({ role: "member" })],
    [
      "has all sessions ended by another owner",
      () =>
        service.call("POST", `${SECURITY}/users/${bea.userId}/revoke-sessions`, {
          token: ada.token,
          body: {},
        }),
    ],
    [
      "has all sessions ended with everybody's",
      () => service.call("POST", `${SECURITY}/revoke-sessions`, { token: ada.token, body: {} }),
    ],
    [
      "has all sessions ended with everybody else's",
      () =>
        service.call("POST", `${SECURITY}/revoke-sessions`, { token: ada.token, body: { scope: "others" } }),
    ],
  ];

  describe(`the open invitations of an owner, ${name}`, () => {
    let byBea: InvitedMember;
    let byAda: InvitedMember;
    beforeEach(async () => {
      byBea = await invite(service, bea, "Bob", "owner");
      byAda = await invite(service, ada, "Carl");
    });

    it.each(ENDS)("end when the owner %s, and those of others don't", async (_, act) => {
      expect((await act()).status).toBe(200);
      expect(await read(byBea.token)).toMatchObject(INVALID);
      expect(await accept(service, byBea.token)).toMatchObject(INVALID);
      expect((await read(byAda.token)).status).toBe(200);
      expect((await accept(service, byAda.token)).status).toBe(200);
    });

    it.each(ENDS)("don't come back after the owner %s and is an enabled owner again", async (_, act) => {
      await act();
      await service.context.curfew.users.update({
        accountId: ada.accountId,
        userId: bea.userId,
        changes: { disabled: false, role: "owner" },
        actor: { userId: ada.userId, sessionId: null, ip: null },
      });
      expect(await read(byBea.token)).toMatchObject(INVALID);
      expect(await accept(service, byBea.token)).toMatchObject(INVALID);
    });

    it.each(ENDS)("let nobody in if the owner %s while the password is being hashed", async (_, act) => {
      service.hasher.beforeHash = async () => void (await act());
      expect(await accept(service, byBea.token)).toMatchObject(INVALID);
      expect((await service.rowCounts()).credentials).toBe(2);
    });

    it.each(ENDS)("either let one in before the owner %s or not at all", async (_, act) => {
      const [accepted] = await Promise.all([accept(service, byBea.token), act()]);
      const { credentials } = await service.rowCounts();
      expect([
        [200, 3],
        [422, 2],
      ]).toContainEqual([accepted.status, credentials]);
      expect(await accept(service, byBea.token)).toMatchObject(INVALID);
    });

    it("let one in or are withdrawn, of both at once", async () => {
      const withdrawals = { "?status=invited": [204, 404], "": [204] };
      for (const [query, statuses] of Object.entries(withdrawals)) {
        const invited = await invite(service, ada, query === "" ? "Dora" : "Eve");
        const withdrawing = () =>
          service.call("DELETE", `${MEMBERS}/${invited.id}${query}`, { token: ada.token });
        const [accepted, withdrawn] = await Promise.all([accept(service, invited.token), withdrawing()]);
        expect(statuses).toContain(withdrawn.status);
        // Without the query, who has joined is deleted.
        const hasJoined = accepted.status === 200 && withdrawn.status === 404;
        expect([accepted.status, withdrawn.status]).not.toEqual([422, 404]);
        const user = await service.context.curfew.users.get(ada.accountId, invited.id);
        expect(user !== null).toBe(hasJoined);
        expect(await accept(service, invited.token)).toMatchObject(INVALID);
        const { body } = await service.call("GET", `${MEMBERS}?limit=200`, { token: ada.token });
        expect(body.items.some(({ id }: { id: string }) => id === invited.id)).toBe(hasJoined);
      }
    });

    it("let one in, and are not withdrawn, who joins before", async () => {
      await accept(service, byAda.token);
      const path = `${MEMBERS}/${byAda.id}?status=invited`;
      expect((await service.call("DELETE", path, { token: ada.token })).status).toBe(404);
      expect((await service.call("DELETE", `${MEMBERS}/${byAda.id}`, { token: ada.token })).status).toBe(204);
    });

    it("stay in the list, and can be sent again by another owner", async () => {
      await change({ disabled: true });
      const { body } = await service.call("GET", MEMBERS, { token: ada.token });
      expect(body.items).toContainEqual(expect.objectContaining({ id: byBea.id, status: "invited" }));
      const again = await invite(service, ada, "Bob");
      expect(again.id).toBe(byBea.id);
      expect(await accept(service, byBea.token)).toMatchObject(INVALID);
      expect((await accept(service, again.token)).status).toBe(200);
    });

    it("outlive what the owner does to their own sessions and password", async () => {
      const own = (path: string, body: object) => service.call("POST", path, { token: bea.token, body });
      expect((await own("/api/users/me/sessions/revoke-others", {})).status).toBe(200);
      expect((await own(`${SECURITY}/revoke-sessions`, { scope: "others" })).status).toBe(200);
      expect((await read(byBea.token)).status).toBe(200);
      expect(await read(byAda.token)).toMatchObject(INVALID);
      const password = { current_password: PASSWORD, new_password: "another password of hers" };
      expect((await own("/api/users/me/password", password)).status).toBe(200);
      expect((await accept(service, byBea.token)).status).toBe(200);
    });
  });

  describe(`an owner, ${name}`, () => {
    it.each(ENDS)("invites nobody with a call that was under way as the owner %s", async (_, act) => {
      await act();
      const { accountId, userId, sessionId } = bea;
      const invitation = inviteMember(service.context, {
        accountId,
        name: "Bob",
        email: "bob@example.test",
        role: "owner",
        actor: { userId, sessionId, ip: null },
      });
      await expect(invitation).rejects.toMatchObject({ code: "token_expired" });
      expect((await service.rowCounts()).invitations).toBe(0);
    });

    it("has at most 1,000 open invitations in the account, also with concurrent calls", async () => {
      await insertInvitations(service, ada, MAX_OPEN_LINKS - 2);
      const names = ["Bob", "Carl", "Dora", "Eve", "Finn"];
      const answers = await Promise.all(names.map((invited) => inviteCall(service, ada, invited)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "too_many" });
      const position = answers.findIndex(({ status }) => status === 201);
      expect((await inviteCall(service, ada, names[position] ?? "")).status).toBe(201);
      expect((await inviteCall(service, bea, "Gus")).status).toBe(409);
      await change({ disabled: true });
      expect((await inviteCall(service, ada, "Gus")).status).toBe(409);
    });

    it("may invite again once open invitations have ended", async () => {
      await insertInvitations(service, bea, MAX_OPEN_LINKS);
      expect((await inviteCall(service, ada, "Gus")).status).toBe(409);
      await change({ disabled: true });
      expect((await inviteCall(service, ada, "Gus")).status).toBe(201);
    });
  });

  describe(`the list of members, ${name}`, () => {
    it("merges users and invitations as a person would sort names, then by id, page by page, each once", async () => {
      await invite(service, ada, "Beatrix");
      await join(service, ada, "Zoe");
      await insertInvitations(service, ada, 7, () => "Ada");
      const whole = await service.call("GET", `${MEMBERS}?limit=200`, { token: ada.token });
      const names = whole.body.items.map((member: { name: string }) => member.name);
      expect(names).toEqual([...Array(8).fill("Ada"), "Bea", "Beatrix", "Zoe"]);
      expect(whole.body.next_cursor).toBeNull();
      for (const limit of [1, 2, 3, 10, 11]) {
        const items = await walk(`?limit=${limit}`);
        expect(items).toEqual(whole.body.items);
      }
    });

    it("is read in the order of indexes, a page at a time, however many invitations there are", async () => {
      await insertInvitations(service, ada, 20_000, (index) => `Invited ${String(index).padStart(5, "0")}`);
      const first = await service.call("GET", MEMBERS, { token: ada.token });
      expect(first.body.items).toHaveLength(50);
      const queries = serviceQueries(service.database);
      const { accountId } = ada;
      const after = { key: "invited 10000", name: "Invited 10000", id: "" };
      const request = listMembers(queries, { accountId, limit: 50, after }).next().value;
      if (!("kind" in request) || request.kind !== "statement") throw new Error("a statement was expected");
      const { sql, parameters } = request.statement;
      const compile =
        (text: string, values: readonly unknown[] = []) =>
        () => ({
          ...queries.selectFrom("instance").select("id").compile(),
          sql: text,
          parameters: values,
        });
      const isSqlite = service.database.dialect.name === "sqlite";
      // The service leaves this to autovacuum, which may not have seen the rows yet.
      if (!isSqlite) await service.database.write(() => run({ compile: compile("ANALYZE invitations") }));
      const explain = `${isSqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN"} ${sql}`;
      const plan = JSON.stringify(
        await service.database.read(() => all({ compile: compile(explain, parameters) })),
      );
      expect(plan).toContain("invitations_names");
      const items = await walk("?limit=200");
      expect(new Set(items.map(({ id }) => id)).size).toBe(20_002);
    });

    it.each([
      ["limit=0", "limit", "out_of_range"],
      ["limit=201", "limit", "out_of_range"],
      ["cursor=abc", "cursor", "invalid_value"],
    ])("refuses %s with 422", async (query, field, code) => {
      expect(await service.call("GET", `${MEMBERS}?${query}`, { token: ada.token })).toMatchObject({
        status: 422,
        body: { errors: [{ field, code }] },
      });
    });

    it("refuses the cursor of another account's list, and of another list", async () => {
      const eve = await register(service, "Eve");
      await insertInvitations(service, eve, 1);
      const page = await service.call("GET", `${MEMBERS}?limit=1`, { token: eve.token });
      const cursor = encodeURIComponent(page.body.next_cursor);
      for (const [path, { token }] of [
        [MEMBERS, ada],
        [`${SECURITY}/sessions`, eve],
        [`${SECURITY}/events`, eve],
      ] as const)
        expect((await service.call("GET", `${path}?cursor=${cursor}`, { token })).status).toBe(422);
    });
  });

  async function walk(query: string): Promise<{ id: string; name: string }[]> {
    const items: { id: string; name: string }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await service.call("GET", `${MEMBERS}${query}${next}`, { token: ada.token });
      items.push(...body.items);
      cursor = body.next_cursor;
    }
    return items;
  }
}

const ROWS_AT_ONCE = 1000;

/** Writes open invitations of an owner's account as the owner would have made them. */
async function insertInvitations(
  service: TestService,
  owner: SignedIn,
  count: number,
  nameOf: (index: number) => string = (index) => `Invited ${index}`,
): Promise<void> {
  const now = service.clock.now();
  const rows = Array.from({ length: count }, (_, index) => ({
    account_id: owner.accountId,
    user_id: service.database.newId(now),
    email_key: `invited-${index}@example.test`,
    email: `invited-${index}@example.test`,
    name: nameOf(index),
    name_key: nameKeyOf(nameOf(index)),
    role: "member" as const,
    token_hash: "of no token",
    expires_at: now + 1000,
    invited_by: owner.userId,
    created_at: now,
  }));
  const queries = serviceQueries(service.database);
  for (let start = 0; start < count; start += ROWS_AT_ONCE)
    await service.database.write(() =>
      run(queries.insertInto("invitations").values(rows.slice(start, start + ROWS_AT_ONCE))),
    );
}
