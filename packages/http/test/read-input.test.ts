import { describe, expect, test } from "vitest";
import { statusAndCode } from "./support/responses.js";
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

const streamOf = (...chunks: number[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const size of chunks) controller.enqueue(new Uint8Array(size).fill(32));
      controller.close();
    },
  });

describe("a body", () => {
  test("that is absent counts as an empty object, with any content type", async () => {
    const server = await openAsOwner();
    expect((await server.patch()).status).toBe(200);
    expect((await server.patch("", { "Content-Type": "text/plain" })).status).toBe(200);
  });

  test.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    " application/json ; profile=x",
  ])("may have the content type %j", async (type) => {
    const server = await openAsOwner();
    expect((await server.patch("{}", { "Content-Type": type })).status).toBe(200);
  });

  test.each([
    "text/plain",
    "application/jsonp",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    "",
  ])("may not have the content type %j", async (type) => {
    const server = await openAsOwner();
    expect(await statusAndCode(await server.patch("{}", { "Content-Type": type }))).toEqual([
      415,
      "unsupported_media_type",
    ]);
  });

  test("may not be compressed", async () => {
    const server = await openAsOwner();
    const headers = { ...JSON_TYPE, "Content-Encoding": "gzip" };
    expect(await statusAndCode(await server.patch("{}", headers))).toEqual([415, "unsupported_media_type"]);
  });

  test.each(["x", "{", "{}x", " ", "[]", "null", "1", '"{}"', "true", "{'a':1}", "[".repeat(30_000)])(
    "that is not a JSON object is a bad_request: %.10s",
    async (body) => {
      const server = await openAsOwner();
      expect(await statusAndCode(await server.patch(body))).toEqual([400, "bad_request"]);
    },
  );

  test("that is not UTF-8 is a bad_request", async () => {
    const server = await openAsOwner();
    const bytes = new Uint8Array([...Buffer.from('{"apply":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expect(await statusAndCode(await server.patch(bytes))).toEqual([400, "bad_request"]);
  });

  test("may have at most 64 KiB, also with an absent or a wrong Content-Length", async () => {
    const server = await openAsOwner();
    const padded = (size: number) => `{}${" ".repeat(size - 2)}`;
    expect((await server.patch(padded(65_536))).status).toBe(200);
    for (const body of [padded(65_537), streamOf(40_000, 40_000), streamOf(65_537)])
      expect(await statusAndCode(await server.patch(body))).toEqual([413, "too_large"]);
    const tooShort = { ...JSON_TYPE, "Content-Length": "2" };
    expect(await statusAndCode(await server.patch(padded(65_537), tooShort))).toEqual([413, "too_large"]);
    const tooLong = { ...JSON_TYPE, "Content-Length": "65537" };
    expect(await statusAndCode(await server.patch("{}", tooLong))).toEqual([413, "too_large"]);
  });

  test("that breaks off is a bad_request", async () => {
    const server = await openAsOwner();
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("reset"));
      },
    });
    expect(await statusAndCode(await server.patch(broken))).toEqual([400, "bad_request"]);
  });
});
