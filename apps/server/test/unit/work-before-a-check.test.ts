import { randomBytes, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKeyPair } from "../../../../packages/http/test/support/key-pair.js";
import { register, registration } from "./api-calls.js";
import { createTestService, ORIGIN, type TestService } from "./test-service.js";

/** What a body may be at most. */
const BODY_BYTES = 64 * 1024;
/** What Node accepts of all headers. */
const HEADERS_BYTES = 15 * 1024;

/** Each is decomposed, and each pair is in the wrong order: the worst for normalizing, which sorts a row of marks. */
const MARKS = "\u0315\u0300\u05ae\u0323";
const fill = (text: string, bytes = BODY_BYTES - 500): string =>
  text.repeat(Math.floor(bytes / Buffer.byteLength(text)));

const LOGIN = "/api/auth/login";
const REGISTER = "/api/auth/register";

interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

const json = (path: string, body: unknown): Request => ({ path, text: JSON.stringify(body) });
const withField = (path: string, body: object, field: string, value: unknown): Request =>
  json(path, { ...body, [field]: value });

const signIn = { email: "ada@example.test", password: "wrong" };

/** The texts that are put into each field. */
const TEXTS: readonly [kind: string, text: string][] = [
  ["combining marks", fill(MARKS)],
  ["a letter and combining marks", `a${fill(MARKS)}@example.test`],
  ["letters", fill("a")],
  ["precomposed letters", fill("\u1e69")],
  ["Hangul", fill("\uac01")],
  ["characters that fold to many", fill("\ufdfa")],
  ["spaces", `x${fill(" ")}x`],
  ["ats", fill("@")],
  ["dots", `a@${fill("a.")}`],
  ["lone surrogates", fill("\ud800", 60_000)],
  ["dashes", `a@${fill("a-")}`],
  ["emoji", fill("\u{1f511}\u200d")],
];

const fieldCases = TEXTS.flatMap(([kind, text]): [string, Request][] => [
  ...["email", "password", "transport"].map((field): [string, Request] => [
    `sign-in: ${field} of ${kind}`,
    withField(LOGIN, signIn, field, text),
  ]),
  ...["account_name", "name", "email", "password"].map((field): [string, Request] => [
    `registration: ${field} of ${kind}`,
    withField(REGISTER, registration("Mallory"), field, text),
  ]),
  [`sign-in: unknown field of ${kind}`, withField(LOGIN, signIn, text, 1)],
  [`refresh: token of ${kind}`, json("/api/auth/refresh", { refresh_token: text })],
  [`sign-out: token of ${kind}`, json("/api/auth/logout", { refresh_token: text })],
  [`invitation: token of ${kind}`, json("/api/auth/invitation", { token: text })],
]);

/** The header of a proof that names a key of its own, and a signature of that key. */
function proofWithClaims(claims: object): string {
  const { privateKey, publicKey } = newKeyPair("P-256");
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${encode({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(head), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${head}.${signature.toString("base64url")}`;
}

const header = (name: string, value: string, path = LOGIN): [string, Request] => [
  `header ${name}, ${value.slice(0, 12)}…`,
  { path, headers: { [name]: value }, text: JSON.stringify(signIn) },
];

const otherCases: [string, Request][] = [
  [
    "JSON nested as deep as it can be",
    { path: LOGIN, text: `{"email":${"[".repeat(32_000)}${"]".repeat(32_000)}}` },
  ],
  [
    "JSON objects nested as deep as they can be",
    { path: LOGIN, text: `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}` },
  ],
  ["JSON that breaks off", { path: LOGIN, text: "[".repeat(65_000) }],
  ["a number of 64,000 digits", { path: LOGIN, text: `{"email":${"9".repeat(64_000)}}` }],
  ["a fraction of 64,000 digits", { path: LOGIN, text: `{"email":0.${"1".repeat(64_000)}e-9}` }],
  [
    "an idle time of 64,000 digits",
    { path: "/api/auth/refresh", text: `{"idle_for_seconds":${"9".repeat(64_000)}}` },
  ],
  [
    "many unknown fields",
    { path: LOGIN, text: `{${Array.from({ length: 7_000 }, (_, i) => `"a${i}":1`).join(",")}}` },
  ],
  [
    "one field again and again",
    { path: LOGIN, text: `{${Array.from({ length: 9_000 }, () => '"a":1').join(",")}}` },
  ],
  [
    "many unknown fields that can't be stored",
    { path: LOGIN, text: `{${Array.from({ length: 4_000 }, (_, i) => `"a${i}":"\\u0000"`).join(",")}}` },
  ],
  [
    "an array with many items",
    { path: LOGIN, text: `{"email":[${Array.from({ length: 30_000 }, () => "1").join(",")}]}` },
  ],
  [
    "fields named like an object's own",
    { path: LOGIN, text: `{"__proto__":{"email":"${fill("a", 60_000)}"},"constructor":1}` },
  ],
  ["a query of many parameters", { method: "GET", path: `/api/config?${fill("a=&", HEADERS_BYTES)}` }],
  [
    "a query of escapes",
    { method: "GET", path: `/api/accounts/me/security/sessions?cursor=${fill("%cc%81", HEADERS_BYTES)}` },
  ],
  ["a long path of slashes", { method: "GET", path: `/api/${fill("a/", HEADERS_BYTES)}` }],
  ["a long path of escapes", { method: "GET", path: `/api/${fill("%2e", HEADERS_BYTES)}` }],
  header("cookie", fill("a=b; ", HEADERS_BYTES), "/api/auth/refresh"),
  header("cookie", `curfew_refresh=${fill("%cc%81", HEADERS_BYTES)}`, "/api/auth/refresh"),
  header("cookie", fill(";", HEADERS_BYTES), "/api/auth/refresh"),
  header("cookie", `curfew_refresh=${fill("a.", HEADERS_BYTES)}`, "/api/auth/refresh"),
  header("user-agent", fill("Mozilla/5.0 (", HEADERS_BYTES)),
  header("user-agent", fill(" ", HEADERS_BYTES)),
  header("user-agent", fill("Android 1.", HEADERS_BYTES)),
  header("content-type", `application/json${fill("; ", HEADERS_BYTES)}`),
  header("content-type", `application/json; charset${fill(" ", HEADERS_BYTES)}=`),
  header("origin", `https://${fill("a.", HEADERS_BYTES)}`),
  header("x-forwarded-for", fill("::1,", HEADERS_BYTES)),
  header("authorization", `Bearer ${fill("a.", HEADERS_BYTES)}`, "/api/auth/logout"),
  header("authorization", `Bearer ${fill(" ", HEADERS_BYTES)}`, "/api/auth/logout"),
  header("authorization", `Bearer ${"e30.".repeat(2)}${fill("a", HEADERS_BYTES)}`, "/api/auth/logout"),
  header("dpop", fill("a.", HEADERS_BYTES)),
  header("dpop", proofWithClaims({ jti: fill("a", 3_000), htm: "POST", htu: ORIGIN, iat: 1 })),
  header("dpop", proofWithClaims({ htu: `http://${fill("\u0301", 2_500)}`, jti: "1", htm: "POST", iat: 1 })),
  header(
    "dpop",
    `${Buffer.from(`{"typ":"dpop+jwt","jwk":${"[".repeat(1_400)}${"]".repeat(1_400)}}`).toString("base64url")}.e30.e30`,
  ),
  header("if-match", fill('"1", ', HEADERS_BYTES), "/api/accounts/me/security"),
  header("accept", fill("text/csv;q=0.1,", HEADERS_BYTES), "/api/accounts/me/security/events"),
  ["random bytes", { path: LOGIN, text: randomBytes(48_000).toString("latin1") }],
];

/** How often a call is made; its cost is the least of them, which another process on the machine hardly changes. */
const REPEATS = 5;

/** How often a call that took too long is compared once more: a busy machine, or a collection of garbage, may have been the cause. */
const COMPARISONS = 5;

/**
 * How many times as long a call may keep the event loop busy as a sign-in with a password of ASCII letters of the same size.
 * Such a sign-in takes half a millisecond on an idle machine, and the contract grants 5. Deeply nested JSON takes some four times as
 * long, normalizing 64 KiB of combining marks some 500 times.
 */
const MOST_TIMES_AS_LONG = 10;

describe("no call that anyone can make keeps the event loop busy for long, whatever its 64 KiB hold", () => {
  let service: TestService;
  const bare = json(LOGIN, { ...signIn, password: fill("a") });
  beforeAll(async () => {
    service = await createTestService({ limits: "off" });
    await register(service, "Ada");
    for (let warming = 0; warming < 20; warming += 1) await busyMs(bare);
  });
  afterAll(() => service.close());

  async function busyMs({ method = "POST", path, headers = {}, text }: Request): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const request = new Request(`${ORIGIN}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(text === undefined ? {} : { body: text }),
      });
      const before = process.cpuUsage();
      const response = await service.fetch(request);
      await response.arrayBuffer();
      const { user, system } = process.cpuUsage(before);
      expect(response.status, text?.slice(0, 80)).toBeLessThan(500);
      least = Math.min(least, (user + system) / 1000);
    }
    return least;
  }

  it.each([...fieldCases, ...otherCases])("%s", async (_name, request) => {
    let timesAsLong = Number.POSITIVE_INFINITY;
    for (let count = 0; count < COMPARISONS && timesAsLong >= MOST_TIMES_AS_LONG; count += 1)
      timesAsLong = (await busyMs(request)) / Math.max(await busyMs(bare), 0.2);
    expect(timesAsLong).toBeLessThan(MOST_TIMES_AS_LONG);
  });
});
