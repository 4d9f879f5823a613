import { expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { expectFieldErrors, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";

const pageAt = async <Item>(owner: ApiClient, path: string): Promise<Page<Item>> =>
  expectStatus(await owner.get(path), 200).json<Page<Item>>();

const itemsAt = async <Item>(owner: ApiClient, path: string): Promise<readonly Item[]> =>
  (await pageAt<Item>(owner, path)).items;

const LISTS: readonly (readonly [path: string, nameOf: (item: never) => string])[] = [
  [`${SECURITY}/sessions`, (item: { user: { name: string } }) => item.user.name],
  [`${SECURITY}/active-users`, (item: { name: string }) => item.name],
  ["/api/accounts/me/members", (item: { name: string }) => item.name],
];

test.each(LISTS)(
  "q finds people in %s by a part of the name or e-mail, without regard to case and accents",
  async (path, nameOf) => {
    const owner = await newOwner(service(), { name: "Olive Owner" });
    const zoe = await newMember(owner, { name: "Zoë Übel" });
    await newMember(owner, { name: "Ben Member" });
    const find = async (q: string): Promise<string[]> =>
      (await itemsAt<never>(owner, `${path}?q=${encodeURIComponent(q)}`)).map(nameOf);
    expect(await find("zoe ub")).toEqual(["Zoë Übel"]);
    expect(await find(zoe.email.slice(5, 20).toUpperCase())).toEqual(["Zoë Übel"]);
    expect(await find("nobody")).toEqual([]);
    expect(await find("%")).toEqual([]);
    expect((await find("me")).sort()).toEqual(["Ben Member"]);
    expect((await find(" ")).length).toBe(3);
    expectFieldErrors(await owner.get(`${path}?q=${"x".repeat(255)}`), { q: "out_of_range" });
  },
);

test("the active users come in pages, newest sign-in first, and only to owners", async () => {
  const owner = await newOwner(service());
  const members = [await newMember(owner), await newMember(owner)];
  const expected = [...members.toReversed(), owner].map(({ user }) => user.id);
  const found: string[] = [];
  let query = "?limit=1";
  for (let pages = 0; pages < 3; pages += 1) {
    const { items, next_cursor } = await pageAt<{ user_id: string }>(
      owner,
      `${SECURITY}/active-users${query}`,
    );
    found.push(...items.map((item) => item.user_id));
    query = next_cursor === null ? "" : `?limit=1&cursor=${next_cursor}`;
  }
  expect(query).toBe("");
  expect(found).toEqual(expected);
  expectStatus(await (members[0] as ApiClient).get(`${SECURITY}/active-users`), 403);
});

test("the audit trail's user_id keeps what a person did and what was done to that person, in JSON and CSV", async () => {
  const owner = await newOwner(service());
  const member = await newMember(owner);
  await newMember(owner);
  await owner.post(`${SECURITY}/users/${member.user.id}/revoke-sessions`);
  await member.login({ password: "a wrong pass phrase" }, { bearer: null });
  const path = `${SECURITY}/events?user_id=${member.user.id}`;
  const types = ["user.sign_in_failed", "sessions.revoked", "member.joined", "member.invited"];
  expect((await itemsAt<AuditEvent>(owner, path)).map((event) => event.type)).toEqual(types);
  const csv = await owner.get(path, { headers: { accept: "text/csv" } });
  const records = csv.text.trim().split("\r\n").slice(1);
  expect(records.map((record) => record.split(",")[2])).toEqual([...types, "export.completed"]);
  expect(records.at(-1)).toContain(`{""rows"": 4}`.replace(" ", ""));
});

test("the audit trail's from and to keep a time, the latter moment left out, in any zone", async () => {
  const owner = await newOwner(service());
  await owner.patch(SECURITY, { idle_minutes: 20 });
  await owner.patch(SECURITY, { idle_minutes: 15 });
  const all = await itemsAt<AuditEvent>(owner, `${SECURITY}/events`);
  const [newest, middle] = all as [AuditEvent, AuditEvent];
  const find = async (filter: Record<string, string>): Promise<readonly string[]> =>
    (await itemsAt<AuditEvent>(owner, `${SECURITY}/events?${new URLSearchParams(filter)}`)).map(
      ({ id }) => id,
    );
  const idsFrom = (time: string): string[] => all.filter(({ at }) => at >= time).map(({ id }) => id);
  expect(await find({ from: newest.at })).toEqual(idsFrom(newest.at));
  expect(await find({ from: middle.at.replace("Z", "+00:00") })).toEqual(idsFrom(middle.at));
  expect(await find({ from: newest.at.replace("Z", "001Z").toLowerCase() })).toEqual([]);
  expect(await find({ to: middle.at })).toEqual(all.filter(({ at }) => at < middle.at).map(({ id }) => id));
  expectFieldErrors(await owner.get(`${SECURITY}/events?from=yesterday&to=2026-02-30T00:00:00Z`), {
    from: "invalid_value",
    to: "invalid_value",
  });
});
