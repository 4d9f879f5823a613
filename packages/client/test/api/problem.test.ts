import { describe, expect, test } from "vitest";
import { isCurfewProblem, readProblem, withoutResponse } from "../../src/api/problem.js";
import { problem } from "./recorded-api.js";

const read = async (response: Response) => ({ ...(await readProblem(response)) });

describe("a problem", () => {
  test("carries the field errors", async () => {
    const errors = [{ field: "idle_minutes", code: "out_of_range", message: "…", min: 10, max: 43_200 }];
    expect(await read(problem(422, { code: "validation_failed", detail: "…", errors }))).toMatchObject({
      code: "validation_failed",
      status: 422,
      errors,
    });
  });

  test("carries the end of the session", async () => {
    const end = { code: "session_expired", reason: "idle", ended_at: "2026-01-01T10:00:00.000Z" };
    expect(await read(problem(401, end))).toMatchObject(end);
  });

  test("has no field errors, end or wait unless the server sends them", async () => {
    expect(await read(problem(403, { code: "forbidden" }))).toEqual({
      name: "CurfewProblem",
      code: "forbidden",
      status: 403,
      detail: "No answer from Curfew",
      errors: [],
      retryAfterMs: undefined,
    });
  });

  test("has the status of the response, not of the document", async () => {
    expect(await read(problem(503, { code: "unavailable", status: 200 }))).toMatchObject({ status: 503 });
  });
});

describe("an error response without a problem document of Curfew", () => {
  test.each([
    [400, "unreachable"],
    [401, "unreachable"],
    [403, "unreachable"],
    [404, "unreachable"],
    [408, "unreachable"],
    [421, "unreachable"],
    [429, "rate_limited"],
    [431, "unreachable"],
    [500, "unavailable"],
    [502, "unavailable"],
    [504, "unavailable"],
  ])("is trouble, with a code from its status: %i is %s", async (status, code) => {
    const page = new Response("<h1>Sorry</h1>", { status, headers: { "Content-Type": "text/html" } });
    const found = await readProblem(page);
    expect({ ...found }).toMatchObject({ code, status, errors: [] });
    expect(found.isTrouble).toBe(true);
  });

  test("is trouble also if it is a problem document without a code", async () => {
    const found = await readProblem(problem(403, { title: "Blocked by the firewall" }));
    expect([found.code, found.isTrouble]).toEqual(["unreachable", true]);
  });

  test("does not end the session even if it has the same members", async () => {
    const end = { code: "session_revoked", reason: "signed_out", ended_at: "2026-01-01T10:00:00.000Z" };
    const found = await read(Response.json(end, { status: 401 }));
    expect(found).toMatchObject({ code: "unreachable", status: 401 });
    expect(found).not.toHaveProperty("reason");
  });

  test.each(["{", "null", "", "7"])("is trouble if the document is invalid: '%s'", async (body) => {
    const headers = { "Content-Type": "application/problem+json; charset=utf-8" };
    expect(await read(new Response(body, { status: 404, headers }))).toMatchObject({ code: "unreachable" });
  });
});

describe("retryAfterMs", () => {
  const wait = async (headers: Record<string, string>) =>
    (await readProblem(problem(503, { code: "unavailable" }, headers))).retryAfterMs;

  test.each([
    [{ "Retry-After": "7" }, 7_000],
    [{ "Retry-After": "0" }, undefined],
    [{ "Retry-After": "soon" }, undefined],
    [{ "Retry-After": "Thu, 01 Jan 2026 10:00:30 GMT" }, undefined],
    [{}, undefined],
  ])("is read from %o", async (headers, ms) => {
    expect(await wait(headers as Record<string, string>)).toBe(ms);
  });
});

test("a problem is known by its shape, so that two copies of this package in one page understand each other", () => {
  class OtherCopy extends Error {
    override readonly name = "CurfewProblem";
  }
  expect([new OtherCopy(), withoutResponse()].map(isCurfewProblem)).toEqual([true, true]);
  const others = [new Error("CurfewProblem"), new TypeError(), "CurfewProblem", null, undefined, {}];
  expect(others.map(isCurfewProblem)).toEqual(others.map(() => false));
});
