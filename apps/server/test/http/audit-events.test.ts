import { describe, expect, test } from "vitest";
import { parseCsv } from "../harness/csv.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFaults, expectProblem, expectStatus, RFC_3339, UUID_V7 } from "../harness/expectations.js";
import { anotherDevice, invite, newMember, newOwner, newPassword } from "../harness/people.js";
import { useService } from "../harness/service.js";
import { until } from "../harness/until.js";
import type { Visitor } from "../harness/visitor.js";
import type { Page, TrailEvent } from "../harness/wire.js";

const service = useService();
const noGrace = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0" });
const SECURITY = "/api/accounts/me/security";
const EVENTS = `${SECURITY}/events`;

const trail = async (owner: Visitor, query = ""): Promise<readonly TrailEvent[]> =>
  expectStatus(await owner.get(`${EVENTS}${query}`), 200).as<Page<TrailEvent>>().items;

/** How many acts the rows stand for. */
const countOf = (rows: readonly TrailEvent[]): number =>
  rows.reduce((sum, { details }) => sum + Number(details["count"]), 0);

const only = async (owner: Visitor, type: string): Promise<TrailEvent> => {
  const items = await trail(owner, `?type=${type}`);
  expect(items.map((event) => event.type)).toEqual([type]);
  return items[0] as TrailEvent;
};

describe("GET /api/accounts/me/security/events?limit=&cursor=&type=", () => {
  test("an event has exactly the contract's fields", async () => {
    const owner = await newOwner(service());
    const [event] = await trail(owner);
    expect(event).toEqual({
      id: expect.stringMatching(UUID_V7),
      at: expect.stringMatching(RFC_3339),
      type: "account.created",
      actor: { id: owner.user.id, name: owner.user.name, email: owner.email },
      session_id: owner.sessionId,
      ip: "127.0.0.1",
      details: expect.any(Object),
    });
  });

  test("newest first, in pages, and by type", async () => {
    const owner = await newOwner(service());
    for (const idle_minutes of [20, 25, 30]) await owner.patch(SECURITY, { idle_minutes });
    await anotherDevice(owner);
    const whole = await trail(owner);
    expect(whole.map(({ type }) => type)).toEqual([
      "user.signed_in",
      "policy.changed",
      "policy.changed",
      "policy.changed",
      "account.created",
    ]);
    const moments = whole.map(({ at }) => Date.parse(at));
    expect(moments).toEqual([...moments].sort((a, b) => b - a));
    const first = (await owner.get(`${EVENTS}?limit=2`)).as<Page<TrailEvent>>();
    const second = (
      await owner.get(`${EVENTS}?limit=3&cursor=${encodeURIComponent(String(first.next_cursor))}`)
    ).as<Page<TrailEvent>>();
    expect([...first.items, ...second.items]).toEqual(whole);
    expect(second.next_cursor).toBeNull();
    expect(await trail(owner, "?type=policy.changed")).toEqual(whole.slice(1, 4));
  });

  test("a type, limit or cursor that can't be is a fault", async () => {
    const owner = await newOwner(service());
    expectFaults(await owner.get(`${EVENTS}?type=nothing.happened`), { type: "invalid_value" });
    expectFaults(await owner.get(`${EVENTS}?limit=0&type=x`), {
      limit: "out_of_range",
      type: "invalid_value",
    });
    expectFaults(await owner.get(`${EVENTS}?cursor=x`), { cursor: "invalid_value" });
  });
});

describe("types: each act writes its event, in the transaction of what it records", () => {
  test("user.signed_in: the user, the session that began and the address", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    expect(await only(owner, "user.signed_in")).toMatchObject({
      actor: { id: owner.user.id },
      session_id: device.sessionId,
      ip: "127.0.0.1",
    });
  });

  test("user.sign_in_failed: folded to one row a minute for each e-mail and network, with the count", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 3; count += 1) await owner.login({ password: "wrong" }, { cookies: false });
    // The answer does not wait for its row: an e-mail that nobody has writes none, and takes as long.
    const items = await until("the three failures to be counted", async () => {
      const rows = await trail(owner, "?type=user.sign_in_failed");
      return countOf(rows) === 3 && rows;
    });
    // A minute may end between the attempts, and then there are two rows.
    expect(items.length).toBeLessThanOrEqual(2);
    expect(items[0]).toMatchObject({ actor: null, session_id: null });
  });

  test("session.proof_failed covers missing proofs too, folded for each session", async () => {
    const owner = await newOwner(service(), { key: new DpopKey() });
    for (const proof of [null, "rubbish", null])
      expectProblem(await owner.refresh({}, { proof }), 401, "invalid_proof");
    const items = await trail(owner, "?type=session.proof_failed");
    expect(items.length).toBeLessThanOrEqual(2);
    expect(countOf(items)).toBe(3);
    for (const event of items) expect(event).toMatchObject({ session_id: owner.sessionId });
  });

  test("session.token_reused: about the session that ended, and nobody is named for it", async () => {
    const owner = await newOwner(noGrace());
    const device = await anotherDevice(owner, { transport: "body" });
    const old = device.refreshToken;
    expectStatus(await device.refresh(), 200);
    expectStatus(await device.refresh({ refresh_token: old }), 401);
    expect(await only(owner, "session.token_reused")).toMatchObject({ session_id: device.sessionId });
  });

  test("member.invited, member.joined, member.role_changed, member.disabled and member.enabled", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const path = `/api/accounts/me/members/${member.user.id}`;
    for (const change of [{ role: "owner" }, { disabled: true }, { disabled: false }])
      expectStatus(await owner.patch(path, change), 200);
    expect(await only(owner, "member.invited")).toMatchObject({
      actor: { id: owner.user.id },
      session_id: owner.sessionId,
    });
    expect(await only(owner, "member.joined")).toMatchObject({
      actor: { id: member.user.id },
      session_id: member.sessionId,
    });
    for (const type of ["member.role_changed", "member.disabled", "member.enabled"])
      expect(await only(owner, type)).toMatchObject({ actor: { id: owner.user.id } });
    expect((await trail(owner)).map(({ type }) => type)).not.toContain("user.signed_in");
  });

  test("a call that is refused writes nothing", async () => {
    const owner = await newOwner(service());
    await owner.patch(SECURITY, { idle_minutes: 1 });
    await owner.patch(SECURITY, { idle_minutes: 20 }, { headers: { "if-match": '"0"' } });
    await owner.patch(`/api/accounts/me/members/${owner.user.id}`, { disabled: true });
    await owner.post("/api/users/me/password", { current_password: "x", new_password: newPassword() });
    const types = (await trail(owner)).map(({ type }) => type);
    expect(types.filter((type) => type !== "user.sign_in_failed")).toEqual(["account.created"]);
  });

  test("no event holds a password, a token or a link", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    await owner.login({ password: "wrong pass phrase" }, { cookies: false });
    const { text } = await owner.get(EVENTS);
    for (const secret of [owner.password, "wrong pass phrase", token, owner.refreshToken])
      expect(text).not.toContain(secret);
  });
});

describe("with Accept: text/csv, the whole trail as CSV", () => {
  const csv = (owner: Visitor, query = "") =>
    owner.get(`${EVENTS}${query}`, { headers: { accept: "text/csv" } });

  test("columns are named as the fields, with actor_id, actor_name and actor_email", async () => {
    const owner = await newOwner(service());
    await newMember(owner, { name: 'Quote " and, comma\u2028!' });
    const answer = expectStatus(await csv(owner), 200);
    expect(answer.headers["content-type"]).toMatch(/^text\/csv/);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const [header, ...rows] = parseCsv(answer.text);
    expect(header).toEqual([
      "id",
      "at",
      "type",
      "actor_id",
      "actor_name",
      "actor_email",
      "session_id",
      "ip",
      "details",
    ]);
    const items = await trail(owner);
    expect(rows.map((row) => row.slice(0, 4))).toEqual(
      items.map(({ id, at, type, actor }) => [id, at, type, actor?.id ?? ""]),
    );
    expect(rows.map((row) => row[4])).toContain('Quote " and, comma\u2028!');
    for (const row of rows) expect(row).toHaveLength(9);
  });

  test("is the whole trail, also where it is longer than any page", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 210; count += 1)
      await owner.patch(SECURITY, { idle_minutes: 20 + (count % 2) });
    const [, ...rows] = parseCsv((await csv(owner)).text);
    expect(rows).toHaveLength(211);
    expect(new Set(rows.map(([id]) => id)).size).toBe(211);
  });

  test.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "＝1"])(
    "no cell begins a formula: a name of %j",
    async (name) => {
      const owner = await newOwner(service(), { name });
      const [, ...rows] = parseCsv((await csv(owner)).text);
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      expect(rows[0]?.[4]).toContain(name.trim());
    },
  );

  test("a member gets a 403, as a problem", async () => {
    const member = await newMember(await newOwner(service()));
    expectProblem(await csv(member), 403, "forbidden");
  });

  test("Accept is weighed: JSON where both are as good, CSV where it is preferred", async () => {
    const owner = await newOwner(service());
    const typeOf = async (accept: string) =>
      String((await owner.get(EVENTS, { headers: { accept } })).headers["content-type"]);
    expect(await typeOf("*/*")).toMatch(/^application\/json/);
    expect(await typeOf("application/json")).toMatch(/^application\/json/);
    expect(await typeOf("text/csv;q=0.5, application/json")).toMatch(/^application\/json/);
    expect(await typeOf("text/csv, application/json;q=0.5")).toMatch(/^text\/csv/);
    expect(await typeOf("text/csv;q=0, */*")).toMatch(/^application\/json/);
  });
});
