import { describe, expect, test } from "vitest";
import { refusal } from "./world/reading.js";
import { ALLOWED_ORIGIN, openWorld, PUBLIC_URL } from "./world/world.js";

const pass = [401, "unauthenticated"];
const refuse = [403, "cross_origin"];

describe("the origin of a call that reads or sets the cookie", () => {
  test.each<[string, Record<string, string>, (number | string)[]]>([
    ["no browser", {}, pass],
    ["our own page", { Origin: PUBLIC_URL }, pass],
    ["an allowed page", { Origin: ALLOWED_ORIGIN }, pass],
    [
      "an allowed page, said to be cross-site",
      { Origin: ALLOWED_ORIGIN, "Sec-Fetch-Site": "cross-site" },
      pass,
    ],
    ["the same origin, as the browser says", { "Sec-Fetch-Site": "same-origin" }, pass],
    ["the same origin, whatever the page", { "Sec-Fetch-Site": "same-origin", Origin: "null" }, pass],
    ["another page", { Origin: "https://evil.example" }, refuse],
    ["a page without an origin", { Origin: "null" }, refuse],
    ["an empty origin", { Origin: "" }, refuse],
    ["a page of the same site", { "Sec-Fetch-Site": "same-site", Origin: "https://x.app.example" }, refuse],
    ["another site that sends no origin", { "Sec-Fetch-Site": "cross-site" }, refuse],
    ["an address typed by hand", { "Sec-Fetch-Site": "none" }, refuse],
    ["our name over http", { Origin: "http://app.example" }, refuse],
    ["our name on another port", { Origin: "https://app.example:8443" }, refuse],
    ["our name as the start of another", { Origin: "https://app.example.evil.example" }, refuse],
    ["our origin with a path", { Origin: "https://app.example/" }, refuse],
  ])("%s", async (_, headers, expected) => {
    const world = await openWorld();
    expect(await refusal(await world.call("POST", "/api/auth/refresh", { headers }))).toEqual(expected);
  });

  test.each<[string, string, (number | string)[]]>([
    ["http://localhost:4000", "http://localhost:4000", pass],
    ["http://localhost:4000", "http://127.0.0.1:4000", pass],
    ["http://localhost:4000", "http://[::1]:4000", pass],
    ["http://127.0.0.1:4000", "http://localhost:4000", pass],
    ["http://localhost:4000", "http://localhost:4001", refuse],
    ["http://localhost:4000", "http://127.0.0.1", refuse],
    ["http://localhost:4000", "https://localhost:4000", refuse],
    ["http://localhost", "http://127.0.0.1", pass],
  ])("at %s: %s", async (publicUrl, origin, expected) => {
    const world = await openWorld({ publicUrl });
    const response = await world.call("POST", "/api/auth/refresh", { headers: { Origin: origin } });
    expect(await refusal(response)).toEqual(expected);
  });

  test("does not matter to a call that has an access token instead", async () => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const headers = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    expect((await world.call("GET", "/api/auth/session", { token, headers })).status).toBe(200);
  });

  test("is checked at sign-out too", async () => {
    const world = await openWorld();
    const headers = { Origin: "https://evil.example" };
    expect(await refusal(await world.call("POST", "/api/auth/logout", { headers }))).toEqual(refuse);
  });
});
