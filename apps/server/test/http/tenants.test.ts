import { beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import type { ApiResponse } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { invite, newMember, newOwner } from "../harness/users.js";
import type { MemberInvitation } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";
const UNKNOWN_ID = "01890000-0000-7000-8000-000000000000";

let attacker: ApiClient;
let victim: ApiClient;
let colleague: ApiClient;
let invited: MemberInvitation;

beforeAll(async () => {
  attacker = await newOwner(service());
  victim = await newOwner(service());
  colleague = await newMember(victim);
  invited = await invite(victim);
});

/** Status, headers without the date, and body with the requested id masked. */
const comparable = (response: ApiResponse, id: string): unknown => {
  const { date: _, ...headers } = response.headers;
  return { status: response.status, headers, text: response.text.replaceAll(id, "<id>") };
};

const ROUTES: readonly [name: string, call: (client: ApiClient, id: string) => Promise<ApiResponse>][] = [
  ["DELETE /api/users/me/sessions/{id}", (client, id) => client.delete(`/api/users/me/sessions/${id}`)],
  [`DELETE ${SECURITY}/sessions/{id}`, (client, id) => client.delete(`${SECURITY}/sessions/${id}`)],
  [
    `POST ${SECURITY}/users/{id}/revoke-sessions`,
    (client, id) => client.post(`${SECURITY}/users/${id}/revoke-sessions`),
  ],
  [
    "PATCH /api/accounts/me/members/{id}, role",
    (client, id) => client.patch(`/api/accounts/me/members/${id}`, { role: "member" }),
  ],
  [
    "PATCH /api/accounts/me/members/{id}, disabled",
    (client, id) => client.patch(`/api/accounts/me/members/${id}`, { disabled: true }),
  ],
  ["DELETE /api/accounts/me/members/{id}", (client, id) => client.delete(`/api/accounts/me/members/${id}`)],
  [
    "POST /api/accounts/me/members/{id}/password-link",
    (client, id) => client.post(`/api/accounts/me/members/${id}/password-link`),
  ],
];

describe("tenants: an id of another account gets the same 404 as an unknown id", () => {
  test.each(ROUTES)("%s: the responses are identical", async (_, call) => {
    const unknown = await call(attacker, UNKNOWN_ID);
    expectProblem(unknown, 404, "not_found");
    const ids = [
      victim.sessionId,
      colleague.sessionId,
      victim.user.id,
      colleague.user.id,
      victim.user.account.id,
      invited.member.id,
    ];
    for (const id of ids)
      expect(comparable(await call(attacker, id), id)).toEqual(comparable(unknown, UNKNOWN_ID));
    for (const client of [victim, colleague]) {
      expectStatus(await client.get("/api/auth/session"), 200);
      expectStatus(await client.refresh(), 200);
    }
  });

  test("an id of another kind of resource in the own account gets the same 404", async () => {
    const wrong = [attacker.user.account.id, attacker.user.id];
    for (const id of wrong)
      expectProblem(await attacker.delete(`${SECURITY}/sessions/${id}`), 404, "not_found");
    for (const id of [attacker.user.account.id, attacker.sessionId])
      expectProblem(await attacker.post(`${SECURITY}/users/${id}/revoke-sessions`), 404, "not_found");
  });

  test("user_id of another account's user gives the same list as an unknown id", async () => {
    const read = (id: string) => attacker.get(`${SECURITY}/sessions?user_id=${id}`);
    const unknown = comparable(await read(UNKNOWN_ID), UNKNOWN_ID);
    for (const id of [victim.user.id, colleague.user.id])
      expect(comparable(await read(id), id)).toEqual(unknown);
  });

  test("no response for one account contains another account's users, sessions or events", async () => {
    const responses = await Promise.all(
      [
        SECURITY,
        `${SECURITY}/sessions?limit=200`,
        `${SECURITY}/events?limit=200`,
        "/api/accounts/me",
        "/api/accounts/me/members",
        "/api/users/me",
        "/api/users/me/export",
        "/api/users/me/sessions",
      ].map((path) => attacker.get(path)),
    );
    const csv = await attacker.get(`${SECURITY}/events`, { headers: { accept: "text/csv" } });
    for (const response of [...responses, csv]) {
      expectStatus(response, 200);
      for (const secret of [
        victim.user.id,
        victim.email,
        victim.sessionId,
        colleague.user.id,
        colleague.email,
        victim.user.account.id,
      ])
        expect(response.text).not.toContain(secret);
    }
  });

  test("a cursor from another account's list returns nothing of that account", async () => {
    await invite(victim);
    const page = (await victim.get(`${SECURITY}/events?limit=1`)).json<{ next_cursor: string }>();
    const response = await attacker.get(
      `${SECURITY}/events?limit=200&cursor=${encodeURIComponent(page.next_cursor)}`,
    );
    expect([200, 422]).toContain(response.status);
    expect(response.text).not.toContain(victim.user.id);
  });

  test("signing everyone out, applying a policy now and disabling a user affect no other account", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15, apply: "now" }), 200);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.patch(`/api/accounts/me/members/${member.user.id}`, { disabled: true }), 200);
    expectStatus(await owner.post(`${SECURITY}/revoke-sessions`), 200);
    for (const client of [victim, colleague, attacker])
      expectStatus(await client.get("/api/auth/session"), 200);
  });
});
