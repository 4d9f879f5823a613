import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { HttpProblem } from "../src/index.js";
import { checkFields } from "../src/route/check-fields.js";
import { nameField } from "../src/wire/fields.js";
import { checkField, fault } from "./support/check-field.js";
import { faultsOf, jsonOf, type Problem } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

const PATH = "/api/accounts/me/security";
const JSON_TYPE = { "Content-Type": "application/json" };

async function openAsOwner() {
  const server = await openTestServer();
  const token = (await server.signIn()).accessToken;
  const patch = (body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, headers = JSON_TYPE) =>
    server.call("PATCH", PATH, { token, headers, ...(body === undefined ? {} : { body }) });
  return { ...server, token, patch };
}

describe("checking the fields of a body", () => {
  test("reports all faults at once, with the bounds", async () => {
    const server = await openAsOwner();
    const response = await server.patch(
      '{"idle_minutes":9,"absolute_minutes":"x","apply":"later","extra":1}',
    );
    const { errors } = await jsonOf<Problem>(response);
    expect(response.status).toBe(422);
    expect(errors).toEqual([
      {
        field: "idle_minutes",
        code: "out_of_range",
        min: 10,
        max: 43_200,
        message: "Must be from 10 to 43200.",
      },
      {
        field: "absolute_minutes",
        code: "wrong_type",
        message: "The value has the wrong type.",
      },
      { field: "apply", code: "invalid_value", message: "The value is not allowed." },
      { field: "extra", code: "unknown_field", message: "This field is unknown." },
    ]);
  });

  test.each([
    ["15.5", "wrong_type"],
    ['"15"', "wrong_type"],
    ["true", "wrong_type"],
    ["1e400", "wrong_type"],
    ["-1e400", "wrong_type"],
    ["[15]", "wrong_type"],
    ["9", "out_of_range"],
    ["43201", "out_of_range"],
    ["-15", "out_of_range"],
    ["1e20", "out_of_range"],
  ])("refuses %s minutes as %s", async (text, code) => {
    const server = await openAsOwner();
    expect(await faultsOf(await server.patch(`{"idle_minutes":${text}}`))).toEqual([`idle_minutes: ${code}`]);
  });

  test.each(["15", "15.0", "1.5e1", "10", "1440", "null"])("accepts %s minutes", async (text) => {
    const server = await openAsOwner();
    expect((await server.patch(`{"idle_minutes":${text},"apply":"now"}`)).status).toBe(200);
  });

  test("reports the engine's faults under the wire's names", async () => {
    const server = await openAsOwner();
    const response = await server.patch('{"idle_minutes":1441}');
    expect(await faultsOf(response)).toEqual(["idle_minutes: idle_exceeds_absolute"]);
  });

  test.each([
    ['{"apply":5}', ["apply: wrong_type"]],
    ['{"apply":null}', ["apply: wrong_type"]],
    ['{"apply":"now\\u0000"}', ["apply: invalid_value"]],
    ['{"apply":"\\ud800"}', ["apply: invalid_value"]],
    ['{"__proto__":{"idle_minutes":15}}', ["__proto__: unknown_field"]],
    ['{"constructor":1,"toString":2}', ["constructor: unknown_field", "toString: unknown_field"]],
    ['{"x\\u0000":"\\u0000"}', ["x\0: unknown_field"]],
    ['{"":1}', [": unknown_field"]],
  ])("of %s reports %j", async (body, expected) => {
    const server = await openAsOwner();
    expect(await faultsOf(await server.patch(body))).toEqual(expected);
  });

  test("uses the last of two fields with the same name", async () => {
    const server = await openAsOwner();
    const response = await server.patch('{"idle_minutes":15,"idle_minutes":20}');
    expect(await jsonOf(response)).toMatchObject({ idle_minutes: 20 });
  });

  test("limits the size of the answer", async () => {
    const server = await openAsOwner();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
    const text = await (await server.patch(JSON.stringify(many))).text();
    expect((JSON.parse(text) as Problem).errors).toHaveLength(100);
    const long = await (await server.patch(JSON.stringify({ ["x".repeat(60_000)]: 1 }))).text();
    expect(long.length).toBeLessThan(1_000);
  });

  test("never causes a 500 for random fields", async () => {
    const server = await openAsOwner();
    const key = fc.oneof(
      fc.constantFrom(
        "idle_minutes",
        "absolute_minutes",
        "apply",
        "refresh_token",
        "idle_for_seconds",
        "scope",
      ),
      fc.string(),
      fc.constantFrom("__proto__", "constructor", "hasOwnProperty"),
    );
    const value = fc.oneof(fc.jsonValue(), fc.integer(), fc.double(), fc.string({ unit: "binary" }));
    const targets: [string, string][] = [
      ["PATCH", PATH],
      ["POST", `${PATH}/preview`],
      ["POST", "/api/auth/refresh"],
      ["POST", "/api/users/me/sessions/revoke-others"],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(key, value),
        fc.constantFrom(...targets),
        async (body, [method, path]) => {
          const response = await server.call(method, path, { token: server.token, json: body });
          expect(response.status).toBeLessThan(500);
          if (response.status === 422)
            for (const fault of (await jsonOf<Problem>(response)).errors ?? [])
              expect(Object.keys(fault).sort()).toEqual(
                fault.code === "out_of_range"
                  ? ["code", "field", "max", "message", "min"]
                  : ["code", "field", "message"],
              );
        },
      ),
      { numRuns: 300 },
    );
    expect(server.reportedErrors).toEqual([]);
  }, 30_000);

  test("never causes a 500 for random bytes", async () => {
    const server = await openAsOwner();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const response = await server.patch(new Uint8Array(bytes));
        expect([200, 400, 422]).toContain(response.status);
      }),
    );
    expect(server.reportedErrors).toEqual([]);
  });
});

test("converts the issues of Zod's own checks to the wire's codes", () => {
  expect(checkField(z.string().max(2), "abc")).toEqual(fault("out_of_range", undefined, 2));
  expect(checkField(z.string().min(2), "a")).toEqual(fault("out_of_range", 2));
  expect(checkField(z.email(), "a")).toEqual(fault("invalid_email"));
  expect(checkField(z.uuid(), "a")).toEqual(fault("invalid_value"));
  expect(
    checkField(
      z.string().refine(() => false),
      "a",
    ),
  ).toEqual(fault("invalid_value"));
  expect(checkField(z.union([z.string(), z.number()]), true)).toEqual(fault("invalid_value"));
});

test("names a nested fault by its path", () => {
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
