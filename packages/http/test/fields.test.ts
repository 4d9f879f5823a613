import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { deviceOf } from "../src/client.js";
import { HttpProblem, pageHeaders, transportField, withSecurityHeaders } from "../src/index.js";
import { checkFields } from "../src/route/check-fields.js";
import { emailField, nameField, newPasswordField, passwordField } from "../src/wire/fields.js";

/** What a field makes of a value: the value, or the fault's code and bounds. */
function judge(field: z.ZodType, value: unknown): unknown {
  try {
    return checkFields(z.strictObject({ field }), value === undefined ? {} : { field: value })["field"];
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const [fault, ...others] = error.options.errors ?? [];
    expect(others).toEqual([]);
    return [fault?.code, fault?.min, fault?.max];
  }
}

const fault = (code: string, min?: number, max?: number) => [code, min, max];

describe("a name", () => {
  test.each([
    [" Ada\n", "Ada"],
    ["é", "é"],
    ["😀".repeat(200), "😀".repeat(200)],
    ["😀".repeat(201), fault("out_of_range", 1, 200)],
    [`${" ".repeat(300)}x`, "x"],
    ["", fault("required")],
    [" \t\u00a0", fault("required")],
    [undefined, fault("required")],
    [null, fault("wrong_type")],
    [5, fault("wrong_type")],
    [["Ada"], fault("wrong_type")],
    ["A\0da", fault("invalid_value")],
    ["A\ud800", fault("invalid_value")],
    [`${"x".repeat(300)}\0`, fault("invalid_value")],
  ])("%j", (value, expected) => {
    expect(judge(nameField, value)).toEqual(expected);
  });
});

describe("an e-mail address", () => {
  test.each([
    [" Ada@Acme.example ", "Ada@Acme.example"],
    ["jörg@müller.example", "jörg@müller.example"],
    ["a+b@x.example", "a+b@x.example"],
    ["ada", fault("invalid_email")],
    ["@acme.example", fault("invalid_email")],
    ["ada@", fault("invalid_email")],
    ["a b@acme.example", fault("invalid_email")],
    ["a@b@c", fault("invalid_email")],
    ["a\u0007@acme.example", fault("invalid_email")],
    ["", fault("invalid_email")],
    [`${"a".repeat(64)}@${"b".repeat(190)}`, fault("invalid_email")],
    ["a\0@acme.example", fault("invalid_value")],
    [undefined, fault("required")],
    [{}, fault("wrong_type")],
  ])("%j", (value, expected) => {
    expect(judge(emailField, value)).toEqual(expected);
  });
});

describe("a new password", () => {
  test.each([
    ["x".repeat(7), fault("weak_password")],
    ["x".repeat(8), "x".repeat(8)],
    ["😀".repeat(7), fault("weak_password")],
    ["😀".repeat(128), "😀".repeat(128)],
    ["x".repeat(129), fault("out_of_range", 8, 128)],
    ["        ", "        "],
    ["passwor\0d", fault("invalid_value")],
    ["", fault("weak_password")],
    [undefined, fault("required")],
    [12_345_678, fault("wrong_type")],
  ])("%j", (value, expected) => {
    expect(judge(newPasswordField, value)).toEqual(expected);
  });
});

test("a password that somebody claims to have may be any text", () => {
  expect(judge(passwordField, "")).toBe("");
  expect(judge(passwordField, "x".repeat(1_000))).toBe("x".repeat(1_000));
  expect(judge(passwordField, "\0")).toEqual(fault("invalid_value"));
});

test("a refresh token travels in a cookie unless told", () => {
  expect(judge(transportField, undefined)).toBe("cookie");
  expect(judge(transportField, "body")).toBe("body");
  expect(judge(transportField, "Body")).toEqual(fault("invalid_value"));
  expect(judge(transportField, null)).toEqual(fault("wrong_type"));
});

test("Zod's own checks are told in the wire's codes", () => {
  expect(judge(z.string().max(2), "abc")).toEqual(fault("out_of_range", undefined, 2));
  expect(judge(z.string().min(2), "a")).toEqual(fault("out_of_range", 2));
  expect(judge(z.email(), "a")).toEqual(fault("invalid_email"));
  expect(judge(z.uuid(), "a")).toEqual(fault("invalid_value"));
  expect(
    judge(
      z.string().refine(() => false),
      "a",
    ),
  ).toEqual(fault("invalid_value"));
  expect(judge(z.union([z.string(), z.number()]), true)).toEqual(fault("invalid_value"));
});

test("a fault that lies deeper is named by its path", () => {
  const schema = z.strictObject({ list: z.array(z.strictObject({ name: nameField })) });
  const check = () => checkFields(schema, { list: [{ name: "A" }, { name: 5, x: 1 }, {}] });
  expect(check).toThrow(HttpProblem);
  try {
    check();
  } catch (error) {
    const errors = error instanceof HttpProblem ? error.options.errors : [];
    expect(errors?.map(({ field, code }) => `${field}: ${code}`)).toEqual([
      "list[1].name: wrong_type",
      "list[1].x: unknown_field",
      "list[2].name: required",
    ]);
  }
});

describe("a device", () => {
  test.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
      "Safari on iOS",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
      "Microsoft Edge on Windows",
    ],
    ["curl/8.5.0", "curl"],
    ["node", "node"],
    ["Mozilla/5.0", null],
    ["()", null],
    [" ", null],
    ["", null],
  ])("that says %j is %j", (userAgent, label) => {
    expect(deviceOf(userAgent, "192.0.2.1")).toEqual({ label, userAgent, ip: "192.0.2.1" });
  });

  test("that says nothing has no name", () => {
    expect(deviceOf(undefined, null)).toEqual({ label: null, userAgent: null, ip: null });
  });

  test("that talks too much is cut to 512 characters, and loses its NULs", () => {
    expect(deviceOf("😀".repeat(600), null).userAgent).toBe("😀".repeat(512));
    expect(deviceOf(`a\0${"x".repeat(10_000)}`, null).userAgent).toBe(`a${"x".repeat(511)}`);
  });
});

describe("the headers of a page", () => {
  test("let no script run but our own files, and no frame hold it", () => {
    const policy = pageHeaders()["Content-Security-Policy"] ?? "";
    const rules = Object.fromEntries(
      policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]),
    );
    expect(rules).toMatchObject({
      "default-src": "'self'",
      "script-src": "'self'",
      "frame-ancestors": "'none'",
      "object-src": "'none'",
      "base-uri": "'none'",
    });
    expect(policy).not.toContain("unsafe-eval");
    expect(pageHeaders(["sha256-abc"])["Content-Security-Policy"]).toContain(
      "script-src 'self' 'sha256-abc';",
    );
  });

  test("stand on whatever the app answers", async () => {
    const app = new Hono();
    app.use(withSecurityHeaders("https://app.example"));
    app.get("/", (c) => c.text("page"));
    for (const path of ["/", "/nothing"]) {
      const { headers } = await app.request(path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    }
  });
});
