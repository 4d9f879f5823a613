import { DEFAULT_POLICY_SETTINGS } from "@curfew/core/policy";
import { describe, expect, it } from "vitest";
import type { Environment, Settings } from "../../src/settings/model.js";
import { readSettings } from "../../src/settings/read-settings.js";

const SECRET = Buffer.alloc(32, 7).toString("base64");
const OTHER = Buffer.alloc(48, 0xfb).toString("base64url");

function settings(environment: Environment): Settings {
  const read = readSettings(environment);
  if (!read.ok) throw new Error(`${read.name}: ${read.message}`);
  return read.settings;
}

describe("without any setting", () => {
  it("the service listens on 127.0.0.1, with the embedded database and the default policy", () => {
    expect(settings({})).toEqual({
      host: "127.0.0.1",
      port: 4000,
      dataDirectory: "./data",
      postgres: null,
      secrets: null,
      publicUrl: null,
      allowedOrigins: [],
      trustedProxies: [],
      cookie: { name: "curfew_refresh", sameSite: "strict" },
      hstsSubdomains: false,
      registration: "open",
      policy: DEFAULT_POLICY_SETTINGS,
      accessTokenSeconds: 300,
      rotationGraceSeconds: 10,
      shadowLimit: 3,
      warningSeconds: 300,
      rateLimit: true,
      reauthMinutes: 15,
      sessionsPerUser: 100,
      auditDays: 365,
      metricsToken: null,
      logLevel: "info",
      unknownNames: [],
    });
  });

  it("an empty or blank variable counts as not set", () => {
    const names = [
      "PORT",
      "HOST",
      "CURFEW_SECRET",
      "CURFEW_PUBLIC_URL",
      "DATABASE_URL",
      "CURFEW_ALLOWED_ORIGINS",
    ];
    const blank = Object.fromEntries(names.map((name, index) => [name, index % 2 === 0 ? "" : "  "]));
    expect(settings(blank)).toEqual(settings({}));
  });
});

describe("a valid setting", () => {
  it.each<[Record<string, string>, Partial<Settings>]>([
    [{ HOST: "0.0.0.0" }, { host: "0.0.0.0" }],
    [{ PORT: "0" }, { port: 0 }],
    [{ PORT: "65535" }, { port: 65_535 }],
    [{ PORT: " 8080 " }, { port: 8080 }],
    [{ CURFEW_DATA_DIR: "/var/lib/curfew" }, { dataDirectory: "/var/lib/curfew" }],
    [{ CURFEW_PUBLIC_URL: "https://curfew.example" }, { publicUrl: "https://curfew.example" }],
    [{ CURFEW_PUBLIC_URL: "https://curfew.example/" }, { publicUrl: "https://curfew.example" }],
    [{ CURFEW_PUBLIC_URL: "https://Curfew.Example:443" }, { publicUrl: "https://curfew.example" }],
    [{ CURFEW_PUBLIC_URL: "https://curfew.example:8443" }, { publicUrl: "https://curfew.example:8443" }],
    [{ CURFEW_PUBLIC_URL: "http://localhost:4000" }, { publicUrl: "http://localhost:4000" }],
    [{ CURFEW_PUBLIC_URL: "http://127.0.0.1:4000" }, { publicUrl: "http://127.0.0.1:4000" }],
    [{ CURFEW_PUBLIC_URL: "http://[::1]:4000" }, { publicUrl: "http://[::1]:4000" }],
    [
      { CURFEW_ALLOWED_ORIGINS: "https://app.example, http://localhost:5173" },
      { allowedOrigins: ["https://app.example", "http://localhost:5173"] },
    ],
    [
      { CURFEW_TRUSTED_PROXIES: "10.0.0.0/8,192.0.2.1, 2001:db8::/32,::1" },
      { trustedProxies: ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"] },
    ],
    [{ CURFEW_COOKIE_NAME: "my-refresh" }, { cookie: { name: "my-refresh", sameSite: "strict" } }],
    [{ CURFEW_COOKIE_SAMESITE: "lax" }, { cookie: { name: "curfew_refresh", sameSite: "lax" } }],
    [
      { CURFEW_COOKIE_SAMESITE: "none", CURFEW_PUBLIC_URL: "https://curfew.example" },
      { cookie: { name: "curfew_refresh", sameSite: "none" }, publicUrl: "https://curfew.example" },
    ],
    [{ CURFEW_HSTS_SUBDOMAINS: "true" }, { hstsSubdomains: true }],
    [{ CURFEW_REGISTRATION: "closed" }, { registration: "closed" }],
    [{ CURFEW_ACCESS_TOKEN_SECONDS: "1" }, { accessTokenSeconds: 1 }],
    [{ CURFEW_ROTATION_GRACE_SECONDS: "0" }, { rotationGraceSeconds: 0 }],
    [{ CURFEW_ROTATION_GRACE_SECONDS: "60" }, { rotationGraceSeconds: 60 }],
    [{ CURFEW_SHADOW_LIMIT: "0" }, { shadowLimit: 0 }],
    [{ CURFEW_WARNING_SECONDS: "60" }, { warningSeconds: 60 }],
    [{ CURFEW_WARNING_SECONDS: "900" }, { warningSeconds: 900 }],
    [{ CURFEW_RATE_LIMIT: "off" }, { rateLimit: false }],
    [{ CURFEW_REAUTH_MINUTES: "0" }, { reauthMinutes: 0 }],
    [{ CURFEW_SESSIONS_PER_USER: "1" }, { sessionsPerUser: 1 }],
    [{ CURFEW_AUDIT_DAYS: "30" }, { auditDays: 30 }],
    [{ CURFEW_METRICS_TOKEN: "abc-._~+/9=" }, { metricsToken: "abc-._~+/9=" }],
    [{ CURFEW_LOG_LEVEL: "trace" }, { logLevel: "trace" }],
    [{ CURFEW_LOG_LEVEL: "silent" }, { logLevel: "silent" }],
  ])("%j is accepted", (environment, expected) => {
    expect(settings(environment)).toEqual({ ...settings({}), ...expected });
  });

  it("secrets are read from base64 and base64url, with and without padding, in order", () => {
    const unpadded = SECRET.replace(/=+$/, "");
    const { secrets } = settings({ CURFEW_SECRET: `${SECRET}, ${OTHER},${unpadded}` });
    expect(secrets?.map((secret) => Buffer.from(secret).toString("base64url"))).toEqual([
      Buffer.alloc(32, 7).toString("base64url"),
      OTHER,
      Buffer.alloc(32, 7).toString("base64url"),
    ]);
  });

  it("the policy is read from six variables", () => {
    const { policy } = settings({
      CURFEW_DEFAULT_IDLE_MINUTES: "20",
      CURFEW_DEFAULT_ABSOLUTE_MINUTES: "200",
      CURFEW_IDLE_MINUTES_MIN: "2",
      CURFEW_IDLE_MINUTES_MAX: "40",
      CURFEW_ABSOLUTE_MINUTES_MIN: "3",
      CURFEW_ABSOLUTE_MINUTES_MAX: "400",
    });
    expect(policy).toEqual({
      defaults: { idleMinutes: 20, absoluteMinutes: 200 },
      bounds: { idleMinutesMin: 2, idleMinutesMax: 40, absoluteMinutesMin: 3, absoluteMinutesMax: 400 },
    });
  });

  it("a default may equal a bound, and the idle limit may equal the absolute one", () => {
    expect(
      settings({
        CURFEW_DEFAULT_IDLE_MINUTES: "30",
        CURFEW_DEFAULT_ABSOLUTE_MINUTES: "30",
        CURFEW_IDLE_MINUTES_MAX: "30",
      }).policy.defaults,
    ).toEqual({ idleMinutes: 30, absoluteMinutes: 30 });
  });

  it("unknown names that begin with CURFEW_ are reported in order and are not an error", () => {
    const { unknownNames } = settings({ CURFEW_SECRETS: "x", CURFEW_IDLE: "5", PATH: "/bin", PORTS: "1" });
    expect(unknownNames).toEqual(["CURFEW_IDLE", "CURFEW_SECRETS"]);
  });
});

it("SameSite none is refused without an https public URL", () => {
  const refused = { ok: false, name: "CURFEW_COOKIE_SAMESITE", message: expect.stringContaining("https") };
  for (const environment of [{}, { CURFEW_PUBLIC_URL: "http://localhost:4000" }])
    expect(readSettings({ CURFEW_COOKIE_SAMESITE: "none", ...environment })).toEqual(refused);
});

describe("an invalid setting is named", () => {
  const notNumbers = ["x", "1.5", "-1", "+1", "1e3", "0x10", "NaN", "1 000", "5m", "9".repeat(16)];
  const numbers: readonly (readonly [name: string, tooSmall: string | null, tooLarge: string])[] = [
    ["PORT", null, "65536"],
    ["CURFEW_DATABASE_POOL", "0", "1001"],
    ["CURFEW_DEFAULT_IDLE_MINUTES", "0", "52560001"],
    ["CURFEW_DEFAULT_ABSOLUTE_MINUTES", "0", "52560001"],
    ["CURFEW_IDLE_MINUTES_MIN", "0", "52560001"],
    ["CURFEW_IDLE_MINUTES_MAX", "0", "52560001"],
    ["CURFEW_ABSOLUTE_MINUTES_MIN", "0", "52560001"],
    ["CURFEW_ABSOLUTE_MINUTES_MAX", "0", "52560001"],
    ["CURFEW_ACCESS_TOKEN_SECONDS", "0", "3601"],
    ["CURFEW_ROTATION_GRACE_SECONDS", null, "61"],
    ["CURFEW_SHADOW_LIMIT", null, "1001"],
    ["CURFEW_WARNING_SECONDS", "59", "901"],
    ["CURFEW_REAUTH_MINUTES", null, "525601"],
    ["CURFEW_SESSIONS_PER_USER", "0", "10001"],
    ["CURFEW_AUDIT_DAYS", "0", "36501"],
  ];
  const numberCases = numbers.flatMap(([name, tooSmall, tooLarge]) =>
    [...notNumbers, ...(tooSmall === null ? [] : [tooSmall]), tooLarge].map((text) => [name, text] as const),
  );
  const wordCases = (
    [
      ["CURFEW_DATABASE_POOLED", "yes"],
      ["CURFEW_COOKIE_NAME", "two words"],
      ["CURFEW_COOKIE_NAME", "a=b"],
      ["CURFEW_COOKIE_NAME", "__Host-refresh"],
      ["CURFEW_COOKIE_NAME", "__secure-refresh"],
      ["CURFEW_COOKIE_NAME", "x".repeat(65)],
      ["CURFEW_COOKIE_SAMESITE", "Strict"],
      ["CURFEW_HSTS_SUBDOMAINS", "on"],
      ["CURFEW_REGISTRATION", "Open"],
      ["CURFEW_REGISTRATION", "invite"],
      ["CURFEW_RATE_LIMIT", "true"],
      ["CURFEW_LOG_LEVEL", "verbose"],
      ["CURFEW_LOG_LEVEL", "INFO"],
      ["CURFEW_METRICS_TOKEN", "two words"],
      ["CURFEW_METRICS_TOKEN", "ünïcode"],
    ] as const
  ).map(([name, text]) => [name, text] as const);
  const urlCases = [
    "curfew.example",
    "//curfew.example",
    "http://curfew.example",
    "http://localhost.evil.example",
    "http://127.0.0.2:4000",
    "ftp://curfew.example",
    "https://curfew.example/app",
    "https://curfew.example/?x=1",
    "https://curfew.example?",
    "https://curfew.example/#top",
    "https://user@curfew.example",
    "https://user:word@curfew.example",
    "https://",
    "https://a.example,https://b.example",
  ].map((text) => ["CURFEW_PUBLIC_URL", text] as const);
  const originCases = [
    "*",
    "null",
    "app.example",
    "http://app.example",
    "https://app.example/",
    "https://app.example/path",
    "https://App.example",
    "https://app.example:443",
    "https://*.app.example",
    "https://app.example,",
    "https://app.example;https://b.example",
    ",",
  ].map((text) => ["CURFEW_ALLOWED_ORIGINS", text] as const);
  const addressCases = [
    "10.0.0.0/33",
    "2001:db8::/129",
    "10.0.0/8",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "proxy.example",
    "fe80::1%eth0",
    "10.0.0.1,",
    "loopback",
  ].map((text) => ["CURFEW_TRUSTED_PROXIES", text] as const);
  const secretCases = [
    "short",
    Buffer.alloc(31, 1).toString("base64"),
    `${SECRET},${Buffer.alloc(31, 1).toString("base64")}`,
    `${SECRET},`,
    `${SECRET.slice(0, 41)}`,
    `correct horse battery staple, as long as it takes to be long enough`,
    "!".repeat(44),
  ].map((text) => ["CURFEW_SECRET", text] as const);
  const databaseCases = [
    ["DATABASE_URL", "mysql://localhost/curfew"],
    ["DATABASE_URL", "curfew"],
    ["DATABASE_URL", "postgres://one:5432,:5433/curfew"],
    ["DATABASE_URL", "postgres://one,two/curfew?target_session_attrs=standby"],
    ["CURFEW_DATABASE_DIRECT_URL", "postgres://one,two:port/curfew"],
    ["CURFEW_DATABASE_DIRECT_URL", "localhost:5432"],
  ] as const;

  it.each([
    ...numberCases,
    ...wordCases,
    ...urlCases,
    ...originCases,
    ...addressCases,
    ...secretCases,
    ...databaseCases,
  ])("%s=%s", (name, text) => {
    const read = readSettings({ [name]: text });
    expect(read).toMatchObject({ ok: false, name });
    expect(!read.ok && read.message).toMatch(/^must |^can't |^is /);
  });

  it.each([...secretCases, ["DATABASE_URL", "mysql://curfew:hunter2@localhost"] as const])(
    "the fault of %s does not contain its value",
    (name, text) => {
      const read = readSettings({ [name]: text });
      const shown = read.ok ? text : read.message;
      for (const part of text.split(/[,\s:@]+/).filter((piece) => piece.length > 4))
        expect(shown).not.toContain(part);
    },
  );
});

describe("contradictory settings", () => {
  it.each<[Record<string, string>, string, RegExp]>([
    [{ CURFEW_IDLE_MINUTES_MIN: "90", CURFEW_IDLE_MINUTES_MAX: "80" }, "CURFEW_IDLE_MINUTES_MIN", /80/],
    [{ CURFEW_IDLE_MINUTES_MIN: "43201" }, "CURFEW_IDLE_MINUTES_MIN", /43200/],
    [{ CURFEW_IDLE_MINUTES_MAX: "9" }, "CURFEW_IDLE_MINUTES_MAX", /CURFEW_IDLE_MINUTES_MIN/],
    [
      { CURFEW_ABSOLUTE_MINUTES_MIN: "900", CURFEW_ABSOLUTE_MINUTES_MAX: "800" },
      "CURFEW_ABSOLUTE_MINUTES_MIN",
      /800/,
    ],
    [{ CURFEW_ABSOLUTE_MINUTES_MIN: "129601" }, "CURFEW_ABSOLUTE_MINUTES_MIN", /129600/],
    [{ CURFEW_ABSOLUTE_MINUTES_MAX: "29" }, "CURFEW_ABSOLUTE_MINUTES_MAX", /CURFEW_ABSOLUTE_MINUTES_MIN/],
    [{ CURFEW_DEFAULT_IDLE_MINUTES: "9" }, "CURFEW_DEFAULT_IDLE_MINUTES", /10 to 43200/],
    [{ CURFEW_DEFAULT_IDLE_MINUTES: "43201" }, "CURFEW_DEFAULT_IDLE_MINUTES", /10 to 43200/],
    [{ CURFEW_DEFAULT_ABSOLUTE_MINUTES: "29" }, "CURFEW_DEFAULT_ABSOLUTE_MINUTES", /30 to 129600/],
    [{ CURFEW_DEFAULT_ABSOLUTE_MINUTES: "129601" }, "CURFEW_DEFAULT_ABSOLUTE_MINUTES", /30 to 129600/],
    [{ CURFEW_IDLE_MINUTES_MIN: "61" }, "CURFEW_IDLE_MINUTES_MIN", /CURFEW_DEFAULT_IDLE_MINUTES is 60/],
    [{ CURFEW_IDLE_MINUTES_MAX: "59" }, "CURFEW_IDLE_MINUTES_MAX", /CURFEW_DEFAULT_IDLE_MINUTES is 60/],
    [
      { CURFEW_IDLE_MINUTES_MIN: "20", CURFEW_IDLE_MINUTES_MAX: "40" },
      "CURFEW_IDLE_MINUTES_MAX",
      /CURFEW_DEFAULT_IDLE_MINUTES is 60/,
    ],
    [
      { CURFEW_ABSOLUTE_MINUTES_MIN: "1441" },
      "CURFEW_ABSOLUTE_MINUTES_MIN",
      /CURFEW_DEFAULT_ABSOLUTE_MINUTES is 1440/,
    ],
    [
      { CURFEW_ABSOLUTE_MINUTES_MAX: "1439" },
      "CURFEW_ABSOLUTE_MINUTES_MAX",
      /CURFEW_DEFAULT_ABSOLUTE_MINUTES is 1440/,
    ],
    [{ CURFEW_DEFAULT_IDLE_MINUTES: "1441" }, "CURFEW_DEFAULT_IDLE_MINUTES", /1440/],
    [
      { CURFEW_DEFAULT_ABSOLUTE_MINUTES: "59" },
      "CURFEW_DEFAULT_ABSOLUTE_MINUTES",
      /CURFEW_DEFAULT_IDLE_MINUTES is 60/,
    ],
    [
      { CURFEW_DEFAULT_IDLE_MINUTES: "200", CURFEW_DEFAULT_ABSOLUTE_MINUTES: "100" },
      "CURFEW_DEFAULT_IDLE_MINUTES",
      /100/,
    ],
  ])("%j names %s", (environment, name, message) => {
    const read = readSettings(environment);
    expect(read).toEqual({ ok: false, name, message: expect.stringMatching(message) });
  });

  it("a shared database without a secret names the secret", () => {
    expect(readSettings({ DATABASE_URL: "postgres://curfew@localhost/curfew" })).toEqual({
      ok: false,
      name: "CURFEW_SECRET",
      message: "is required together with DATABASE_URL",
    });
  });

  it.each(["postgres", "postgresql"])("a %s:// database is accepted with a secret", (scheme) => {
    const url = `${scheme}://u:hunter2@localhost/curfew`;
    expect(settings({ DATABASE_URL: url, CURFEW_SECRET: SECRET }).postgres).toEqual({
      url,
      directUrl: null,
      pooled: false,
      poolSize: 10,
    });
  });

  it("a pooler is configured with its direct URL", () => {
    const read = settings({
      DATABASE_URL: "postgres://pooler/curfew",
      CURFEW_SECRET: SECRET,
      CURFEW_DATABASE_DIRECT_URL: "postgres://server/curfew",
      CURFEW_DATABASE_POOLED: "true",
      CURFEW_DATABASE_POOL: "25",
    });
    expect(read.postgres).toEqual({
      url: "postgres://pooler/curfew",
      directUrl: "postgres://server/curfew",
      pooled: true,
      poolSize: 25,
    });
  });
});
