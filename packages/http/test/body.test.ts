import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faults, jsonOf, type Problem, refusal } from "./world/reading.js";
import { openWorld } from "./world/world.js";

const PATH = "/api/accounts/me/security";
const JSON_TYPE = { "Content-Type": "application/json" };

async function openOwner() {
  const world = await openWorld();
  const token = (await world.signIn()).accessToken;
  const patch = (body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, headers = JSON_TYPE) =>
    world.call("PATCH", PATH, { token, headers, ...(body === undefined ? {} : { body }) });
  return { ...world, token, patch };
}

const streamOf = (...chunks: number[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const size of chunks) controller.enqueue(new Uint8Array(size).fill(32));
      controller.close();
    },
  });

describe("a body", () => {
  test("that is not there counts as an empty object, whatever its type", async () => {
    const world = await openOwner();
    expect((await world.patch()).status).toBe(200);
    expect((await world.patch("", { "Content-Type": "text/plain" })).status).toBe(200);
  });

  test.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    " application/json ; profile=x",
  ])("may come as %j", async (type) => {
    const world = await openOwner();
    expect((await world.patch("{}", { "Content-Type": type })).status).toBe(200);
  });

  test.each([
    "text/plain",
    "application/jsonp",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    "",
  ])("may not come as %j", async (type) => {
    const world = await openOwner();
    expect(await refusal(await world.patch("{}", { "Content-Type": type }))).toEqual([
      415,
      "unsupported_media_type",
    ]);
  });

  test("may not come compressed", async () => {
    const world = await openOwner();
    const headers = { ...JSON_TYPE, "Content-Encoding": "gzip" };
    expect(await refusal(await world.patch("{}", headers))).toEqual([415, "unsupported_media_type"]);
  });

  test.each(["x", "{", "{}x", " ", "[]", "null", "1", '"{}"', "true", "{'a':1}", "[".repeat(30_000)])(
    "that is no JSON object is a bad_request: %.10s",
    async (body) => {
      const world = await openOwner();
      expect(await refusal(await world.patch(body))).toEqual([400, "bad_request"]);
    },
  );

  test("that is not UTF-8 is a bad_request", async () => {
    const world = await openOwner();
    const bytes = new Uint8Array([...Buffer.from('{"apply":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expect(await refusal(await world.patch(bytes))).toEqual([400, "bad_request"]);
  });

  test("may have 64 KiB and not one byte more, also where its length is not told, or not truly", async () => {
    const world = await openOwner();
    const padded = (size: number) => `{}${" ".repeat(size - 2)}`;
    expect((await world.patch(padded(65_536))).status).toBe(200);
    for (const body of [padded(65_537), streamOf(40_000, 40_000), streamOf(65_537)])
      expect(await refusal(await world.patch(body))).toEqual([413, "too_large"]);
    const lying = { ...JSON_TYPE, "Content-Length": "2" };
    expect(await refusal(await world.patch(padded(65_537), lying))).toEqual([413, "too_large"]);
    const claiming = { ...JSON_TYPE, "Content-Length": "65537" };
    expect(await refusal(await world.patch("{}", claiming))).toEqual([413, "too_large"]);
  });

  test("that breaks off is a bad_request", async () => {
    const world = await openOwner();
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("reset"));
      },
    });
    expect(await refusal(await world.patch(broken))).toEqual([400, "bad_request"]);
  });
});

describe("the fields of a body", () => {
  test("have all their faults told at once, with the bounds", async () => {
    const world = await openOwner();
    const response = await world.patch('{"idle_minutes":9,"absolute_minutes":"x","apply":"later","extra":1}');
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
  ])("hold %s minutes to be %s", async (text, code) => {
    const world = await openOwner();
    expect(await faults(await world.patch(`{"idle_minutes":${text}}`))).toEqual([`idle_minutes: ${code}`]);
  });

  test.each(["15", "15.0", "1.5e1", "10", "1440", "null"])("take %s minutes", async (text) => {
    const world = await openOwner();
    expect((await world.patch(`{"idle_minutes":${text},"apply":"now"}`)).status).toBe(200);
  });

  test("tell the engine's faults in the wire's names", async () => {
    const world = await openOwner();
    const response = await world.patch('{"idle_minutes":1441}');
    expect(await faults(response)).toEqual(["idle_minutes: idle_exceeds_absolute"]);
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
  ])("make of %s %j", async (body, expected) => {
    const world = await openOwner();
    expect(await faults(await world.patch(body))).toEqual(expected);
  });

  test("count the last of two that have one name", async () => {
    const world = await openOwner();
    const response = await world.patch('{"idle_minutes":15,"idle_minutes":20}');
    expect(await jsonOf(response)).toMatchObject({ idle_minutes: 20 });
  });

  test("are not answered by far more than they are", async () => {
    const world = await openOwner();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
    const text = await (await world.patch(JSON.stringify(many))).text();
    expect((JSON.parse(text) as Problem).errors).toHaveLength(100);
    const long = await (await world.patch(JSON.stringify({ ["x".repeat(60_000)]: 1 }))).text();
    expect(long.length).toBeLessThan(1_000);
  });

  test("never make the server fail, whatever they are", async () => {
    const world = await openOwner();
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
          const response = await world.call(method, path, { token: world.token, json: body });
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
    expect(world.unexpected).toEqual([]);
  });

  test("never make the server fail, whatever the bytes are", async () => {
    const world = await openOwner();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const response = await world.patch(new Uint8Array(bytes));
        expect([200, 400, 422]).toContain(response.status);
      }),
    );
    expect(world.unexpected).toEqual([]);
  });
});
