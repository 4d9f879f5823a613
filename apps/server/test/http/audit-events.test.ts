import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import {
  expectFieldErrors,
  expectProblem,
  expectStatus,
  RFC_3339,
  UUID_V7,
} from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { invite, newDevice, newMember, newOwner, newPassword } from "../harness/users.js";
import type { AuditEvent, Page } from "../harness/wire.js";

const service = useService();
const noGrace = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0" });
const SECURITY = "/api/accounts/me/security";
const EVENTS = `${SECURITY}/events`;

const trail = async (owner: ApiClient, query = ""): Promise<readonly AuditEvent[]> =>
  expectStatus(await owner.get(`${EVENTS}${query}`), 200).json<Page<AuditEvent>>().items;

/** The number of operations that the rows count. */
const countOf = (rows: readonly AuditEvent[]): number =>
  rows.reduce((sum, { details }) => sum + Number(details["count"]), 0);

const singleEvent = async (owner: ApiClient, type: string): Promise<AuditEvent> => {
  const items = await trail(owner, `?type=${type}`);
  expect(items.map((event) => event.type)).toEqual([type]);
  return items[0] as AuditEvent;
};

/** The rows of a CSV text (RFC 4180). */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error("invalid CSV");
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

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

  test("events are listed newest first, in pages, and can be filtered by type", async () => {
    const owner = await newOwner(service());
    for (const idle_minutes of [20, 25, 30]) await owner.patch(SECURITY, { idle_minutes });
    await newDevice(owner);
    const whole = await trail(owner);
    expect(whole.map(({ type }) => type)).toEqual([
      "user.signed_in",
      "policy.changed",
      "policy.changed",
      "policy.changed",
      "account.created",
    ]);
    const times = whole.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const first = (await owner.get(`${EVENTS}?limit=2`)).json<Page<AuditEvent>>();
    const second = (
      await owner.get(`${EVENTS}?limit=3&cursor=${encodeURIComponent(String(first.next_cursor))}`)
    ).json<Page<AuditEvent>>();
    expect([...first.items, ...second.items]).toEqual(whole);
    expect(second.next_cursor).toBeNull();
    expect(await trail(owner, "?type=policy.changed")).toEqual(whole.slice(1, 4));
  });

  test("an invalid type, limit or cursor is a field error", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.get(`${EVENTS}?type=nothing.happened`), { type: "invalid_value" });
    expectFieldErrors(await owner.get(`${EVENTS}?limit=0&type=x`), {
      limit: "out_of_range",
      type: "invalid_value",
    });
    expectFieldErrors(await owner.get(`${EVENTS}?cursor=x`), { cursor: "invalid_value" });
  });
});

describe("event types", () => {
  test("user.signed_in has the user, the new session and the address", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    expect(await singleEvent(owner, "user.signed_in")).toMatchObject({
      actor: { id: owner.user.id },
      session_id: device.sessionId,
      ip: "127.0.0.1",
    });
  });

  test("user.sign_in_failed is one row per minute, e-mail and network, with a count", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 3; count += 1) await owner.login({ password: "wrong" }, { cookies: false });
    // The response doesn't wait for the row, so that it takes as long for an unknown e-mail, which has no row.
    const items = await until("the three failures to be counted", async () => {
      const rows = await trail(owner, "?type=user.sign_in_failed");
      return countOf(rows) === 3 && rows;
    });
    // There are two rows if a minute ends between the attempts.
    expect(items.length).toBeLessThanOrEqual(2);
    expect(items[0]).toMatchObject({ actor: null, session_id: null });
  });

  test("session.proof_failed counts missing and invalid proofs in one row per session", async () => {
    const owner = await newOwner(service(), { key: new DpopKey() });
    for (const proof of [null, "rubbish", null])
      expectProblem(await owner.refresh({}, { proof }), 401, "invalid_proof");
    const items = await trail(owner, "?type=session.proof_failed");
    expect(items.length).toBeLessThanOrEqual(2);
    expect(countOf(items)).toBe(3);
    for (const event of items) expect(event).toMatchObject({ session_id: owner.sessionId });
  });

  test("session.token_reused has the session that ended", async () => {
    const owner = await newOwner(noGrace());
    const device = await newDevice(owner, { transport: "body" });
    const old = device.refreshToken;
    expectStatus(await device.refresh(), 200);
    expectStatus(await device.refresh({ refresh_token: old }), 401);
    expect(await singleEvent(owner, "session.token_reused")).toMatchObject({ session_id: device.sessionId });
  });

  test("member.invited, member.joined, member.role_changed, member.disabled and member.enabled have their actors", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const path = `/api/accounts/me/members/${member.user.id}`;
    for (const change of [{ role: "owner" }, { disabled: true }, { disabled: false }])
      expectStatus(await owner.patch(path, change), 200);
    expect(await singleEvent(owner, "member.invited")).toMatchObject({
      actor: { id: owner.user.id },
      session_id: owner.sessionId,
    });
    expect(await singleEvent(owner, "member.joined")).toMatchObject({
      actor: { id: member.user.id },
      session_id: member.sessionId,
    });
    for (const type of ["member.role_changed", "member.disabled", "member.enabled"])
      expect(await singleEvent(owner, type)).toMatchObject({ actor: { id: owner.user.id } });
    expect((await trail(owner)).map(({ type }) => type)).not.toContain("user.signed_in");
  });

  test("a refused call writes no event", async () => {
    const owner = await newOwner(service());
    await owner.patch(SECURITY, { idle_minutes: 1 });
    await owner.patch(SECURITY, { idle_minutes: 20 }, { headers: { "if-match": '"0"' } });
    await owner.patch(`/api/accounts/me/members/${owner.user.id}`, { disabled: true });
    await owner.post("/api/users/me/password", { current_password: "x", new_password: newPassword() });
    const types = (await trail(owner)).map(({ type }) => type);
    expect(types.filter((type) => type !== "user.sign_in_failed")).toEqual(["account.created"]);
  });

  test("no event contains a password, a token or a link", async () => {
    const owner = await newOwner(service());
    const { token } = await invite(owner);
    await owner.login({ password: "wrong pass phrase" }, { cookies: false });
    const { text } = await owner.get(EVENTS);
    for (const secret of [owner.password, "wrong pass phrase", token, owner.refreshToken])
      expect(text).not.toContain(secret);
  });
});

describe("the audit trail as CSV (Accept: text/csv)", () => {
  const csv = (owner: ApiClient, query = "") =>
    owner.get(`${EVENTS}${query}`, { headers: { accept: "text/csv" } });

  test("the columns are the event's fields, with actor_id, actor_name and actor_email", async () => {
    const owner = await newOwner(service());
    await newMember(owner, { name: 'Quote " and, comma\u2028!' });
    const response = expectStatus(await csv(owner), 200);
    expect(response.headers["content-type"]).toMatch(/^text\/csv/);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.text.startsWith("\uFEFF")).toBe(true);
    const [header, ...rows] = parseCsv(response.text.slice(1));
    expect(rows.pop()).toEqual(["", "", "export.completed", "", "", "", "", "", `{"rows":${rows.length}}`]);
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

  test("the CSV has the whole trail, even if it is longer than the largest page", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 210; count += 1)
      await owner.patch(SECURITY, { idle_minutes: 20 + (count % 2) });
    const [, ...rows] = parseCsv((await csv(owner)).text);
    expect(rows.pop()?.at(-1)).toBe('{"rows":211}');
    expect(rows).toHaveLength(211);
    expect(new Set(rows.map(([id]) => id)).size).toBe(211);
  });

  test.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "＝1"])(
    "no cell starts a spreadsheet formula: a user named %j",
    async (name) => {
      const owner = await newOwner(service(), { name });
      const [, ...rows] = parseCsv((await csv(owner)).text);
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      expect(rows[0]?.[4]).toContain(name.trim());
    },
  );

  test("a member gets a 403 problem", async () => {
    const member = await newMember(await newOwner(service()));
    expectProblem(await csv(member), 403, "forbidden");
  });

  test("Accept is negotiated: JSON by default, CSV if preferred", async () => {
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
