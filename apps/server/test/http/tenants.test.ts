import { beforeAll, describe, expect, test } from "vitest";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { invite, newMember, newOwner } from "../harness/people.js";
import type { Answer } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { Invited } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";
const NOBODY = "01890000-0000-7000-8000-000000000000";

let attacker: Visitor;
let victim: Visitor;
let colleague: Visitor;
let invited: Invited;

beforeAll(async () => {
  attacker = await newOwner(service());
  victim = await newOwner(service());
  colleague = await newMember(victim);
  invited = await invite(victim);
});

/** Status, headers and body, with the id taken out where an answer names it, and the date. */
const bare = (answer: Answer, id: string): unknown => {
  const { date: _, ...headers } = answer.headers;
  return { status: answer.status, headers, text: answer.text.replaceAll(id, "<id>") };
};

const ROUTES: readonly [name: string, call: (visitor: Visitor, id: string) => Promise<Answer>][] = [
  ["DELETE /api/users/me/sessions/{id}", (visitor, id) => visitor.delete(`/api/users/me/sessions/${id}`)],
  [`DELETE ${SECURITY}/sessions/{id}`, (visitor, id) => visitor.delete(`${SECURITY}/sessions/${id}`)],
  [
    `POST ${SECURITY}/users/{id}/revoke-sessions`,
    (visitor, id) => visitor.post(`${SECURITY}/users/${id}/revoke-sessions`),
  ],
  [
    "PATCH /api/accounts/me/members/{id}, role",
    (visitor, id) => visitor.patch(`/api/accounts/me/members/${id}`, { role: "member" }),
  ],
  [
    "PATCH /api/accounts/me/members/{id}, disabled",
    (visitor, id) => visitor.patch(`/api/accounts/me/members/${id}`, { disabled: true }),
  ],
];

describe("tenants: an id of another account is a 404, the same as one that does not exist", () => {
  test.each(ROUTES)("%s, byte for byte", async (_, call) => {
    const nobody = await call(attacker, NOBODY);
    expectProblem(nobody, 404, "not_found");
    const ids = [
      victim.sessionId,
      colleague.sessionId,
      victim.user.id,
      colleague.user.id,
      victim.user.account.id,
      invited.member.id,
    ];
    for (const id of ids) expect(bare(await call(attacker, id), id)).toEqual(bare(nobody, NOBODY));
    for (const visitor of [victim, colleague]) {
      expectStatus(await visitor.get("/api/auth/session"), 200);
      expectStatus(await visitor.refresh(), 200);
    }
  });

  test("an id of the wrong kind in one's own account is the same 404", async () => {
    const wrong = [attacker.user.account.id, attacker.user.id];
    for (const id of wrong)
      expectProblem(await attacker.delete(`${SECURITY}/sessions/${id}`), 404, "not_found");
    for (const id of [attacker.user.account.id, attacker.sessionId])
      expectProblem(await attacker.post(`${SECURITY}/users/${id}/revoke-sessions`), 404, "not_found");
  });

  test("the filter user_id finds another account's user no more than one that does not exist", async () => {
    const read = (id: string) => attacker.get(`${SECURITY}/sessions?user_id=${id}`);
    const nobody = bare(await read(NOBODY), NOBODY);
    for (const id of [victim.user.id, colleague.user.id]) expect(bare(await read(id), id)).toEqual(nobody);
  });

  test("no reading of one account names another's people, sessions or events", async () => {
    const readings = await Promise.all(
      [
        SECURITY,
        `${SECURITY}/sessions?limit=200`,
        `${SECURITY}/events?limit=200`,
        "/api/accounts/me",
        "/api/accounts/me/members",
        "/api/users/me/sessions",
      ].map((path) => attacker.get(path)),
    );
    const csv = await attacker.get(`${SECURITY}/events`, { headers: { accept: "text/csv" } });
    for (const answer of [...readings, csv]) {
      expectStatus(answer, 200);
      for (const secret of [
        victim.user.id,
        victim.email,
        victim.sessionId,
        colleague.user.id,
        colleague.email,
        victim.user.account.id,
      ])
        expect(answer.text).not.toContain(secret);
    }
  });

  test("a cursor of another account's list leads nowhere in it", async () => {
    await invite(victim);
    const page = (await victim.get(`${SECURITY}/events?limit=1`)).as<{ next_cursor: string }>();
    const answer = await attacker.get(
      `${SECURITY}/events?limit=200&cursor=${encodeURIComponent(page.next_cursor)}`,
    );
    expect([200, 422]).toContain(answer.status);
    expect(answer.text).not.toContain(victim.user.id);
  });

  test("signing everyone out, a policy applied now and disabling stay within the account", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15, apply: "now" }), 200);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.patch(`/api/accounts/me/members/${member.user.id}`, { disabled: true }), 200);
    expectStatus(await owner.post(`${SECURITY}/revoke-sessions`), 200);
    for (const visitor of [victim, colleague, attacker])
      expectStatus(await visitor.get("/api/auth/session"), 200);
  });
});
