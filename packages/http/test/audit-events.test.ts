import type { EventType } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { csvCell } from "../src/routes/audit-events.js";
import { faultsOf, jsonOf, statusAndCode } from "./support/responses.js";
import { openTestServer, type TestServerOptions } from "./support/test-server.js";

const PATH = "/api/accounts/me/security/events";
const CSV = { Accept: "text/csv" };

interface Page {
  items: { id: string; type: string; at: string }[];
  next_cursor: string | null;
}

async function openAsOwner(options: TestServerOptions = {}) {
  const server = await openTestServer(options);
  const grant = await server.signIn();
  const get = (query = "", headers: Record<string, string> = {}) =>
    server.call("GET", PATH + query, { token: grant.accessToken, headers });
  const record = (type: EventType, details: Record<string, unknown> = {}) =>
    server.curfew.events.record(server.accountId, {
      type,
      actorId: null,
      sessionId: null,
      ip: null,
      details,
    });
  return { ...server, grant, get, record };
}

describe("the audit trail", () => {
  test("lists events with actor, time, session and address", async () => {
    const server = await openAsOwner();
    const response = await server.get();
    expect(response.headers.get("vary")).toBe("Origin, Accept");
    expect(await jsonOf(response)).toEqual({
      items: [
        {
          id: expect.any(String),
          at: "2026-01-05T09:00:00.000Z",
          type: "user.signed_in",
          actor: { id: server.grant.user.id, name: "Ada", email: server.grant.user.email },
          session_id: server.grant.session.id,
          ip: "192.0.2.1",
          details: expect.any(Object),
        },
      ],
      next_cursor: null,
    });
  });

  test("records a policy change with the old and the new limits", async () => {
    const server = await openAsOwner();
    await server.call("PATCH", "/api/accounts/me/security", {
      token: server.grant.accessToken,
      json: { idle_minutes: 15 },
      headers: { "X-Test-IP": "198.51.100.9" },
    });
    const { items } = await jsonOf<{ items: unknown[] }>(await server.get("?type=policy.changed"));
    expect(items).toMatchObject([
      {
        type: "policy.changed",
        actor: { id: server.grant.user.id },
        session_id: server.grant.session.id,
        ip: "198.51.100.9",
        details: { apply: "next_login", before: { idle_minutes: null }, after: { idle_minutes: 15 } },
      },
    ]);
  });

  test("is paginated, newest first, each event once", async () => {
    const server = await openAsOwner();
    for (let index = 0; index < 4; index++) {
      await server.clock.advance(1_000);
      await server.record("member.invited", { index });
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "?limit=2" : `?limit=2&cursor=${cursor}`;
      const page: Page = await jsonOf<Page>(await server.get(query));
      seen.push(...page.items.map((item) => item.at));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((second) => `2026-01-05T09:00:0${second}.000Z`));
  });

  test("can be filtered by type, and refuses unknown types", async () => {
    const server = await openAsOwner();
    await server.record("member.invited");
    const { items } = await jsonOf<Page>(await server.get("?type=member.invited"));
    expect(items.map((item) => item.type)).toEqual(["member.invited"]);
    for (const type of ["", "user", "member.invited%00", "__proto__"])
      expect(await faultsOf(await server.get(`?type=${type}`))).toEqual(["type: invalid_value"]);
  });

  test("contains no events of another account", async () => {
    const server = await openAsOwner();
    const outsider = await server.signIn({ accountId: server.newId() });
    const { items } = await jsonOf<Page>(await server.call("GET", PATH, { token: outsider.accessToken }));
    expect(items).toHaveLength(1);
  });
});

describe("the audit trail as CSV", () => {
  test("has a column for each field", async () => {
    const server = await openAsOwner();
    await server.clock.advance(1_000);
    await server.record("user.sign_in_failed", { email: 'a"b@x.example', count: 2 });
    const response = await server.get("", CSV);
    const { headers } = response;
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(headers.get("content-disposition")).toBe('attachment; filename="audit-trail.csv"');
    expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "Origin, Accept"]);
    const lines = (await textOf(response)).split("\r\n");
    expect(lines[0]).toBe("\uFEFFid,at,type,actor_id,actor_name,actor_email,session_id,ip,details");
    expect(lines[1]).toMatch(
      /^[\w-]{36},2026-01-05T09:00:01\.000Z,user\.sign_in_failed,,,,,,"\{""email"":""a\\""b@x\.example"",""count"":2\}"$/,
    );
    const { user, session } = server.grant;
    expect(lines[2]).toContain(
      `,2026-01-05T09:00:00.000Z,user.signed_in,${user.id},Ada,${user.email},${session.id},192.0.2.1,`,
    );
    expect(lines.slice(3)).toEqual([',,export.completed,,,,,,"{""rows"":2}"', ""]);
  });

  test("is complete, reads pages as the client reads, and stops when the client cancels", async () => {
    const reads: number[] = [];
    const server = await openAsOwner({
      wrapEngine: (curfew) => ({
        ...curfew,
        events: {
          ...curfew.events,
          list: (input) => {
            reads.push(input.limit);
            return curfew.events.list(input);
          },
        },
      }),
    });
    for (let index = 0; index < 1_700; index++) await server.record("member.invited", { index });
    const whole = (await (await server.get("?limit=1", CSV)).text()).split("\r\n");
    expect(whole).toHaveLength(1_701 + 3);
    expect(new Set(whole.map((line) => line.slice(0, 36))).size).toBe(1_701 + 3);
    expect(whole.slice(-2)).toEqual([',,export.completed,,,,,,"{""rows"":1701}"', ""]);
    expect(reads).toEqual([500, 500, 500, 500]);

    const response = await server.get("", CSV);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(reads.length).toBeLessThanOrEqual(4 + 3);
  });

  test.each([
    ["text/csv", "text/csv"],
    ["TEXT/CSV", "text/csv"],
    ["text/csv, application/json;q=0.5", "text/csv"],
    ["application/json;q=0.1, text/csv;q=0.9", "text/csv"],
    ["text/csv;q=0", "application/json"],
    ["application/json, text/csv;q=0.9", "application/json"],
    ["*/*", "application/json"],
    ["text/html", "application/json"],
  ])("Accept: %s gets %s", async (accept, type) => {
    const server = await openAsOwner();
    expect((await server.get("", { Accept: accept })).headers.get("content-type")).toContain(type);
  });

  test("counts what the filter leaves in its last record", async () => {
    const server = await openAsOwner();
    for (let index = 0; index < 3; index++) await server.record("member.invited");
    const lines = (await (await server.get("?type=member.invited", CSV)).text()).split("\r\n");
    expect(lines.slice(4)).toEqual([',,export.completed,,,,,,"{""rows"":3}"', ""]);
    const none = (await (await server.get("?type=member.joined", CSV)).text()).split("\r\n");
    expect(none.slice(1)).toEqual([',,export.completed,,,,,,"{""rows"":0}"', ""]);
  });

  test("answers 503 if the database is unavailable", async () => {
    const server = await openAsOwner();
    await server.database.close();
    expect(await statusAndCode(await server.get("", CSV))).toEqual([503, "unavailable"]);
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t'=1"],
    ["\r=1", `"'\r'=1"`],
    ["\n1", '"\'\n1"'],
    ["  =1", "'  =1"],
    ["＝1", "'＝1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ["a=b", "a=b"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["", ""],
    [null, ""],
  ])("encodes %j as %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test("disarms a name that is a formula", async () => {
    const server = await openAsOwner();
    await server.signIn({ name: '=cmd|"/c calc"!A1' });
    expect(await (await server.get("", CSV)).text()).toContain(`,"'=cmd|""/c calc""!A1",`);
  });

  test.each([
    "a;=1+1",
    "a; =1+1",
    'a;"=1+1"',
    'a;""=1+1',
    ";@SUM(A1)",
    "a;b;-2+3",
    "a\t=1+1",
    "a\n+1",
    "a\r\n=1",
    ";＝1",
    '=1;"=2',
    '"x";=1',
    "a;=1;=2;=3",
  ])("begins no cell with a formula for %j, whatever the list separator of the spreadsheet is", (text) => {
    const line = `${["019b", text, "member.invited", JSON.stringify({ email: text })].map(csvCell).join(",")}\r\n`;
    for (const separator of [",", ";", "\t"])
      for (const cell of cellsOf(line, separator)) expect(cell).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/u);
  });

  test("leaves text without a formula as it is", () => {
    for (const text of ["a; b", "1;2", "a-b=c", "x@example.com; y", '{"a":";","b":-1}'])
      expect(cellsOf(csvCell(text), ",")).toEqual([text]);
  });
});

/** The text with its byte order mark, which `Response.text` removes. */
const textOf = async (response: Response): Promise<string> =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());

/** Reads cells as a spreadsheet does: a quotation mark counts only at the beginning of a cell (RFC 4180 §2). */
function cellsOf(csv: string, separator: string): string[] {
  const cells: string[] = [];
  let rest = csv;
  while (rest !== "") {
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest);
    const after = quoted === null ? rest : rest.slice(quoted[0].length);
    const plain = new RegExp(`^[^${separator}\\r\\n]*`).exec(after)?.[0] ?? "";
    cells.push((quoted?.[1]?.replaceAll('""', '"') ?? "") + plain);
    rest = after.slice(plain.length).replace(/^(?:\r\n|[\s\S])/, "");
  }
  return cells;
}
