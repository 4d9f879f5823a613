import type { Curfew, EventType } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { csvCell } from "../src/routes/audit-events.js";
import { faults, jsonOf, refusal } from "./world/reading.js";
import { openWorld } from "./world/world.js";

const PATH = "/api/accounts/me/security/events";
const CSV = { Accept: "text/csv" };

interface Page {
  items: { id: string; type: string; at: string }[];
  next_cursor: string | null;
}

async function openOwner(wrap?: (curfew: Curfew) => Curfew) {
  const world = await openWorld(wrap === undefined ? {} : { wrap });
  const grant = await world.signIn();
  const ask = (query = "", headers: Record<string, string> = {}) =>
    world.call("GET", PATH + query, { token: grant.accessToken, headers });
  const record = (type: EventType, details: Record<string, unknown> = {}) =>
    world.curfew.events.record(world.accountId, { type, actorId: null, sessionId: null, ip: null, details });
  return { ...world, grant, ask, record };
}

describe("the audit trail", () => {
  test("tells who did what, when and from where", async () => {
    const world = await openOwner();
    const response = await world.ask();
    expect(response.headers.get("vary")).toBe("Origin, Accept");
    expect(await jsonOf(response)).toEqual({
      items: [
        {
          id: expect.any(String),
          at: "2026-01-05T09:00:00.000Z",
          type: "user.signed_in",
          actor: { id: world.grant.user.id, name: "Ada", email: world.grant.user.email },
          session_id: world.grant.session.id,
          ip: "192.0.2.1",
          details: expect.any(Object),
        },
      ],
      next_cursor: null,
    });
  });

  test("records a change of the policy with what was and what is", async () => {
    const world = await openOwner();
    await world.call("PATCH", "/api/accounts/me/security", {
      token: world.grant.accessToken,
      json: { idle_minutes: 15 },
      headers: { "X-Test-IP": "198.51.100.9" },
    });
    const { items } = await jsonOf<{ items: unknown[] }>(await world.ask("?type=policy.changed"));
    expect(items).toMatchObject([
      {
        type: "policy.changed",
        actor: { id: world.grant.user.id },
        session_id: world.grant.session.id,
        ip: "198.51.100.9",
        details: { apply: "next_login", before: { idle_minutes: null }, after: { idle_minutes: 15 } },
      },
    ]);
  });

  test("comes in pages, newest first, each event once", async () => {
    const world = await openOwner();
    for (let index = 0; index < 4; index++) {
      await world.clock.advance(1_000);
      await world.record("member.invited", { index });
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "?limit=2" : `?limit=2&cursor=${cursor}`;
      const page: Page = await jsonOf<Page>(await world.ask(query));
      seen.push(...page.items.map((item) => item.at));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((second) => `2026-01-05T09:00:0${second}.000Z`));
  });

  test("can be that of one type, which must be one", async () => {
    const world = await openOwner();
    await world.record("member.invited");
    const { items } = await jsonOf<Page>(await world.ask("?type=member.invited"));
    expect(items.map((item) => item.type)).toEqual(["member.invited"]);
    for (const type of ["", "user", "member.invited%00", "__proto__"])
      expect(await faults(await world.ask(`?type=${type}`))).toEqual(["type: invalid_value"]);
  });

  test("shows nothing of another account", async () => {
    const world = await openOwner();
    const stranger = await world.signIn({ accountId: world.newId() });
    const { items } = await jsonOf<Page>(await world.call("GET", PATH, { token: stranger.accessToken }));
    expect(items).toHaveLength(1);
  });
});

describe("the audit trail as CSV", () => {
  test("has the fields as columns", async () => {
    const world = await openOwner();
    await world.clock.advance(1_000);
    await world.record("user.sign_in_failed", { email: 'a"b@x.example', count: 2 });
    const response = await world.ask("", CSV);
    const { headers } = response;
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(headers.get("content-disposition")).toBe('attachment; filename="audit-trail.csv"');
    expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "Origin, Accept"]);
    const lines = (await response.text()).split("\r\n");
    expect(lines[0]).toBe("id,at,type,actor_id,actor_name,actor_email,session_id,ip,details");
    expect(lines[1]).toMatch(
      /^[\w-]{36},2026-01-05T09:00:01\.000Z,user\.sign_in_failed,,,,,,"\{""email"":""a\\""b@x\.example"",""count"":2\}"$/,
    );
    const { user, session } = world.grant;
    expect(lines[2]).toContain(
      `,2026-01-05T09:00:00.000Z,user.signed_in,${user.id},Ada,${user.email},${session.id},192.0.2.1,`,
    );
    expect(lines.slice(3)).toEqual([""]);
  });

  test("is whole, read in pages as it is taken, and no further once nobody takes it", async () => {
    const reads: number[] = [];
    const world = await openOwner((curfew) => ({
      ...curfew,
      events: {
        ...curfew.events,
        list: (input) => {
          reads.push(input.limit);
          return curfew.events.list(input);
        },
      },
    }));
    for (let index = 0; index < 1_700; index++) await world.record("member.invited", { index });
    const whole = (await (await world.ask("?limit=1", CSV)).text()).split("\r\n");
    expect(whole).toHaveLength(1_701 + 2);
    expect(new Set(whole.map((line) => line.slice(0, 36))).size).toBe(1_701 + 2);
    expect(reads).toEqual([500, 500, 500, 500]);

    const response = await world.ask("", CSV);
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
  ])("comes for Accept: %s as %s", async (accept, type) => {
    const world = await openOwner();
    expect((await world.ask("", { Accept: accept })).headers.get("content-type")).toContain(type);
  });

  test("is refused before it begins where the database can't answer", async () => {
    const world = await openOwner();
    await world.database.close();
    expect(await refusal(await world.ask("", CSV))).toEqual([503, "unavailable"]);
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", '"\'\r=1"'],
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
  ])("writes %j as %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test("lets no name begin a formula", async () => {
    const world = await openOwner();
    await world.signIn({ name: '=cmd|"/c calc"!A1' });
    expect(await (await world.ask("", CSV)).text()).toContain(`,"'=cmd|""/c calc""!A1",`);
  });
});
