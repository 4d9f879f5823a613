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

  test.each([
    ["http://localhost:4001", undefined, "curfew_refresh_4001"],
    ["http://[::1]:5000", undefined, "curfew_refresh_5000"],
    ["http://localhost", undefined, "curfew_refresh_80"],
    ["http://localhost:4000", "mine", "mine"],
    ["http://localhost:4001", "mine", "mine_4001"],
    ["https://app.example", "mine", "__Host-mine"],
    ["https://localhost:4001", undefined, "__Host-curfew_refresh"],
  ])(
    "at %s with the name %s is %s, so that two servers of one machine don't share it",
    (url, name, expected) => {
      expect(createRefreshCookie(url, name === undefined ? {} : { name }).name).toBe(expected);
    },
  );

  test.each(["strict", "lax", "none"] as const)("has SameSite %s if the server says so", (sameSite) => {
    const cookie = createRefreshCookie("https://app.example", { sameSite });
    const written = `SameSite=${sameSite[0]?.toUpperCase()}${sameSite.slice(1)}`;
    for (const header of [cookie.set("t", 1_000), cookie.clear()])
      expect(header.endsWith(`; Secure; ${written}`)).toBe(true);
  });

  test("can't have SameSite none without https, nor a name with a prefix or a separator", () => {
    expect(() => createRefreshCookie("http://localhost:4000", { sameSite: "none" })).toThrow(TypeError);
    for (const name of ["", "a b", "a=b", "a;b", "__Host-a", "__secure-a"])
      expect(() => createRefreshCookie("https://app.example", { name })).toThrow(TypeError);
  });

  test("is Secure at https://localhost", () => {
    expect(createRefreshCookie("https://localhost:4000").name).toBe("__Host-curfew_refresh");
  });

  test("is cleared with the attributes that it was set with", () => {
    expect(createRefreshCookie("https://app.example").clear()).toBe(
      "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict",
    );
    expect(createRefreshCookie("http://localhost").clear()).toBe(
      "curfew_refresh_80=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict",
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
