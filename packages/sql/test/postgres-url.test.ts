import { describe, expect, test } from "vitest";
import { openPostgres } from "../src/index.js";
import { parsePostgresUrl } from "../src/postgres/postgres-url.js";

function serversOf(url: string) {
  const parsed = parsePostgresUrl(url);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.servers;
}

describe("a URL of PostgreSQL", () => {
  test("with one server is taken as it is", () => {
    for (const url of [
      "postgres://curfew:secret@db.internal:5433/curfew?sslmode=verify-full",
      "postgresql://db.internal/curfew",
      "postgres://curfew@%2Fvar%2Frun%2Fpostgresql/curfew",
      "postgres:///curfew?host=/var/run/postgresql",
      "postgres://curfew:a@b,c@db.internal/curfew",
    ])
      expect(serversOf(url).urls).toEqual([url]);
  });

  test.each([
    ["ports", "one:5432,two:5433", ["one:5432", "two:5433"]],
    ["missing ports", "one,two:5433,three:", ["one", "two:5433", "three:"]],
    ["IPv6 addresses", "[2001:db8::1]:5432,[::1]", ["[2001:db8::1]:5432", "[::1]"]],
    ["percent-encoded names", "%2Frun%2Fpg,o%6Ee:5432", ["%2Frun%2Fpg", "o%6Ee:5432"]],
  ])("with several servers stands for each of them: %s", (_, hosts, each) => {
    const servers = serversOf(`postgres://curfew:p%40ss,w@${hosts}/curfew?sslmode=disable`);
    expect(servers.urls).toEqual(
      each.map((host) => `postgres://curfew:p%40ss,w@${host}/curfew?sslmode=disable`),
    );
    expect(servers).toMatchObject({ hosts, database: "curfew", password: "p@ss,w" });
  });

  test.each([
    ["?target_session_attrs=read-write", "", true],
    ["?target_session_attrs=primary&sslmode=disable", "?sslmode=disable", false],
    ["?sslmode=disable&target_session_attrs=any", "?sslmode=disable", false],
    ["?a=b&target_session_attrs=any&c=d", "?a=b&c=d", false],
    ["", "", false],
  ])("says in %j what the servers must be", (query, rest, mustBeWritable) => {
    expect(serversOf(`postgres://one,two/curfew${query}`)).toMatchObject({
      urls: [`postgres://one/curfew${rest}`, `postgres://two/curfew${rest}`],
      mustBeWritable,
    });
  });

  const LIST = "must name its servers as host:port,host:port, with an IPv6 address in brackets";
  test.each([
    ["postgres://one:5432,:5433/curfew", LIST],
    ["postgres://one,/curfew", LIST],
    ["postgres://one:5432,two:65536/curfew", LIST],
    ["postgres://one:0,two/curfew", LIST],
    ["postgres://one:5432,two:port/curfew", LIST],
    ["postgres://2001:db8::1,two/curfew", LIST],
    ["postgres://one,%zz/curfew", LIST],
    ["postgres://[::g],two/curfew", LIST],
    ["postgres://[::1::2],two/curfew", expect.stringMatching(/^must be a URL: /)],
    ["postgres://one,two/curfew#part", expect.stringMatching(/^must be a URL: /)],
    [
      "postgres://curfew:pass/word@one:5432,two/curfew",
      expect.stringMatching(/^must (be a URL|name its servers)/),
    ],
    ["postgres://one/curfew?target_session_attrs=standby", expect.stringContaining("a standby can't serve")],
    ["mysql://one,two/curfew", "must be a URL that begins with postgres://"],
  ])("is refused: %s", (url, message) => {
    expect(parsePostgresUrl(url)).toEqual({ ok: false, message });
    expect(() => openPostgres({ url })).toThrow(TypeError);
  });
});
