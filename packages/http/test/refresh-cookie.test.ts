import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createRefreshCookie } from "../src/headers/refresh-cookie.js";

describe("the refresh cookie", () => {
  test("is HttpOnly, SameSite=Strict, Secure and __Host- on https", () => {
    expect(createRefreshCookie("https://app.example").set("cft1.a-b_c", 86_400_000)).toBe(
      "__Host-curfew_refresh=cft1.a-b_c; Max-Age=86400; Path=/; HttpOnly; Secure; SameSite=Strict",
    );
  });

  test.each(["http://localhost:4000", "http://127.0.0.1:4000", "http://[::1]:4000"])(
    "has neither Secure nor __Host- at %s",
    (url) => {
      expect(createRefreshCookie(url).set("t", 1_000)).toBe(
        "curfew_refresh=t; Max-Age=1; Path=/; HttpOnly; SameSite=Strict",
      );
    },
  );

  test("is Secure at https://localhost", () => {
    expect(createRefreshCookie("https://localhost:4000").name).toBe("__Host-curfew_refresh");
  });

  test("is cleared with the attributes that it was set with", () => {
    expect(createRefreshCookie("https://app.example").clear()).toBe(
      "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict",
    );
    expect(createRefreshCookie("http://localhost").clear()).toBe(
      "curfew_refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict",
    );
  });

  test.each([
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [0, 0],
    [-5, 0],
    [34_560_000_000, 34_560_000],
    [34_560_000_001, 34_560_000],
    [3_155_760_000_000, 34_560_000],
  ])("with a lifetime of %d ms has a Max-Age of %d s, at most 400 days", (lifetimeMs, seconds) => {
    expect(createRefreshCookie("https://app.example").set("t", lifetimeMs)).toContain(
      `; Max-Age=${seconds};`,
    );
  });

  test.each([
    ["__Host-curfew_refresh=a", "a"],
    ["x=1; __Host-curfew_refresh=a; y=2", "a"],
    ["__Host-curfew_refresh=a; __Host-curfew_refresh=b", "a"],
    ["__Host-curfew_refresh=", null],
    ["curfew_refresh=a", null],
    ["x__Host-curfew_refresh=a", null],
    [undefined, null],
  ])("in the header %j is read as %j", async (header, token) => {
    const cookie = createRefreshCookie("https://app.example");
    const app = new Hono().get("/", (c) => c.json(cookie.read(c)));
    const response = await app.request("/", header === undefined ? {} : { headers: { Cookie: header } });
    expect(await response.json()).toBe(token);
  });
});
