import { OPERATIONS } from "./operations.js";
import type { Random } from "./random.js";
import type { ApiRequest } from "./send.js";

const FIELD_NAMES = [
  "email",
  "password",
  "name",
  "account_name",
  "transport",
  "refresh_token",
  "idle_for_seconds",
  "token",
  "current_password",
  "new_password",
  "idle_minutes",
  "absolute_minutes",
  "apply",
  "scope",
  "role",
  "disabled",
  "__proto__",
  "constructor",
  "",
  "\u0000",
  "🦉",
];

const TEXTS = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "\u202e",
  "🦉".repeat(300),
  "x".repeat(5_000),
  "a@example.com",
  "' OR 1=1 --",
  '"; DROP TABLE sessions; --',
  "../../../../etc/passwd",
  "#{jndi:ldap://x}",
  "<script>alert(1)</script>",
  "%s%n%00",
  "cft1.a.b.c.d.e",
  "cft1.AAAA.01890000-0000-7000-8000-000000000000.01890000-0000-7000-8000-000000000000.0.AAAA",
  "now",
  "owner",
  "body",
];

const RAW_BODIES = [
  "{",
  "}",
  "[",
  "null",
  "true",
  "1e999",
  '"text"',
  '{"a":}',
  '{"a":1,}',
  "{'a':1}",
  '{"a":1}{"b":2}',
  "\ufeff{}",
  "{}\u0000",
  '{"idle_minutes":1e400}',
  '{"idle_minutes":-0}',
  '{"idle_minutes":00015}',
  '{"idle_minutes":15.0}',
  '{"email":"a","email":"b"}',
  `${"[".repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  `"${"x".repeat(70_000)}"`,
];

const HEADERS: readonly [string, readonly string[]][] = [
  [
    "authorization",
    ["Bearer", "Bearer ", "bearer x", "Basic eDp4", "Bearer a.b.c", `Bearer ${"x".repeat(4_000)}`, "DPoP x"],
  ],
  ["dpop", ["", "x", "a.b.c", "e30.e30.e30", "x".repeat(3_000), "bnVsbA.bnVsbA."]],
  [
    "cookie",
    [
      "",
      ";",
      "=",
      "curfew_refresh",
      "curfew_refresh=",
      "curfew_refresh=%E0%A4%A",
      "curfew_refresh=a; curfew_refresh=b",
      "a=b".repeat(500),
    ],
  ],
  [
    "content-type",
    [
      "",
      "application/json",
      "application/json; charset=utf-16",
      "text/plain",
      "multipart/form-data",
      "application/json, text/plain",
      ";;;",
    ],
  ],
  ["content-encoding", ["gzip", "br", "identity", "nonsense"]],
  ["accept", ["", "text/csv", "image/png", "*/*;q=nonsense", ",,,", "text/csv;q=2"]],
  ["if-match", ["", "*", '"', 'W/"1"', '"1", "2"', "x".repeat(2_000)]],
  ["origin", ["null", "", "http://", "https://evil.example", "x".repeat(1_000)]],
  ["sec-fetch-site", ["", "cross-site", "same-origin", "x"]],
  ["x-forwarded-for", ["", ",", "::::", "1.2.3.4", "x".repeat(2_000)]],
  ["user-agent", ["", "\u00ff\u00fe", "x".repeat(4_000), "=cmd()"]],
  ["host", ["", "evil.example", "[", "localhost:99999", "a b"]],
  ["last-event-id", ["-1", "x"]],
  ["range", ["bytes=0-", "x"]],
  ["expect", ["nonsense"]],
];

const UNUSUAL_PATHS = [
  "/api/%ZZ",
  "/api/%",
  "/api//auth/login",
  "/api/auth/login%00",
  "/api/../api/config",
  "/api/./config",
  "/api/auth/login;x=1",
  "/api/auth%2flogin",
  "/API/config",
  "/api/config/",
  "/api/\u00ff",
  "//evil.example/api/config",
  "/%c0%ae%c0%ae/etc/passwd",
  `/api/${"x".repeat(3_000)}`,
  "/api/?x",
  "/docs/../../package.json",
  "/.env",
];

const IDS = [
  "x",
  "0",
  "%00",
  "%F0%9F%A6%89",
  "..",
  "01890000-0000-7000-8000-000000000000",
  "x".repeat(2_000),
];
const QUERIES = [
  "",
  "",
  "?",
  "?limit=",
  "?limit=x&limit=1",
  "?limit=-1",
  "?cursor=%",
  "?cursor=%00",
  "?type=x",
  "?user_id=%FF",
  "?__proto__=1",
  `?x=${"y".repeat(2_000)}`,
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "SEARCH"];

/**
 * A random request that is invalid in some way.
 *
 * @param token a valid access token, which half of the requests carry
 */
export function malformedRequest(random: Random, token: string): ApiRequest {
  const [pattern, methods] = random.pick(Object.entries(OPERATIONS));
  const known = pattern.replace("{id}", random.pick(IDS)) + random.pick(QUERIES);
  const method = random.chance(0.8) ? random.pick(methods) : random.pick(METHODS);
  const body = method === "HEAD" || random.chance(0.15) ? undefined : randomBody(random);
  return {
    method,
    path: encodeURI(random.chance(0.9) ? known : random.pick(UNUSUAL_PATHS)).replaceAll("%25", "%"),
    headers: randomHeaders(random, token),
    ...(body === undefined ? {} : { raw: body }),
    ...(random.chance(0.1) ? { chunked: true } : {}),
  };
}

function randomHeaders(random: Random, token: string): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (random.chance(0.5)) headers["authorization"] = `Bearer ${token}`;
  for (let count = random.below(3); count > 0; count -= 1) {
    const [name, values] = random.pick(HEADERS);
    headers[name] = random.pick(values);
  }
  return headers;
}

function randomBody(random: Random): Buffer {
  const text = random.chance(0.3) ? random.pick(RAW_BODIES) : JSON.stringify(randomObject(random, 3));
  const bytes = Buffer.from(text);
  if (random.chance(0.1)) return bytes.subarray(0, random.below(bytes.length + 1));
  if (random.chance(0.1) && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function randomObject(random: Random, depth: number): Record<string, unknown> {
  const entries = Array.from({ length: random.below(5) }, () => [
    random.pick(FIELD_NAMES),
    randomValue(random, depth),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function randomValue(random: Random, depth: number): unknown {
  const kinds: (() => unknown)[] = [
    () => random.pick(TEXTS),
    () => random.pick([0, -1, 1, 15, 15.5, 1e21, 2 ** 53, -(2 ** 31), Number.MAX_VALUE]),
    () => random.pick([true, false, null]),
  ];
  if (depth > 0)
    kinds.push(
      () => randomObject(random, depth - 1),
      () => Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1)),
    );
  return random.pick(kinds)();
}
