import { openSqlite } from "@curfew/sql";
import { expect, it } from "vitest";
import { join, register } from "../api-calls.js";
import { recordStatements } from "../record-statements.js";
import { createTestService } from "../test-service.js";

const TABLES = ["curfew_sign_outs", "curfew_tombstones", "curfew_events", "curfew_feed", "password_links"];

it("an owner who names somebody that the account doesn't have gets 404s, and nothing is written", async () => {
  const service = await createTestService();
  const { token } = await register(service, "Ada");
  const eve = await register(service, "Eve");
  const rows = () =>
    Promise.all(TABLES.map((table) => service.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)));
  const before = await rows();
  for (const id of [service.database.newId(service.clock.now()), eve.userId]) {
    const member = `/api/accounts/me/members/${id}`;
    const calls = [
      ["POST", `/api/accounts/me/security/users/${id}/revoke-sessions`, {}],
      ["POST", `${member}/password-link`, undefined],
      ["PATCH", member, { disabled: true }],
      ["PATCH", member, { role: "owner" }],
      ["DELETE", member, undefined],
      ["DELETE", `${member}?status=invited`, undefined],
      ["DELETE", `/api/accounts/me/security/sessions/${id}`, undefined],
      ["DELETE", `/api/users/me/sessions/${id}`, undefined],
    ] as const;
    for (const [method, path, body] of calls)
      expect([method, path, (await service.call(method, path, { token, body })).status]).toEqual([
        method,
        path,
        404,
      ]);
  }
  expect(await rows()).toEqual(before);
  await service.close();
});

it("whether a member is a user, invited or nobody is asked in one read", async () => {
  const steps: string[] = [];
  const service = await createTestService({
    openDatabase: async (now) => recordStatements(openSqlite({ path: null, now }), steps),
  });
  const ada = await register(service, "Ada");
  const bob = await join(service, ada, "Bob");
  steps.length = 0;
  const changed = await service.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
    token: ada.token,
    body: { disabled: true },
  });
  expect(changed.status).toBe(200);
  const before = steps.slice(0, steps.indexOf("write"));
  expect(before.filter((step) => step === "read")).toHaveLength(1);
  await service.close();
});
