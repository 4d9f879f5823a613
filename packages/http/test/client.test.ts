import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { deviceOf } from "../src/client.js";
import { createHttp } from "../src/index.js";
import { openTestServer } from "./support/test-server.js";

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
  ])("with the user agent %j has the label %j", (userAgent, label) => {
    expect(deviceOf(userAgent, "192.0.2.1")).toEqual({ label, userAgent, ip: "192.0.2.1" });
  });

  test("without a user agent has no label", () => {
    expect(deviceOf(undefined, null)).toEqual({ label: null, userAgent: null, ip: null });
  });

  test("with a long user agent keeps 512 characters, without NUL", () => {
    expect(deviceOf("😀".repeat(600), null).userAgent).toBe("😀".repeat(512));
    expect(deviceOf(`a\0${"x".repeat(10_000)}`, null).userAgent).toBe(`a${"x".repeat(511)}`);
  });
});

test("the client's address defaults to the peer's, with IPv4 in its own notation", async () => {
  const server = await openTestServer();
  const http = createHttp({
    curfew: server.curfew,
    publicUrl: server.publicUrl,
    secrets: [server.secret],
    accountName: () => "",
  });
  const app = new Hono();
  app.get("/ip", (c) => c.json(http.clientIp(c)));
  const clientIpFor = async (remoteAddress?: string) =>
    (await app.request("/ip", {}, { incoming: { socket: { remoteAddress } } })).json();
  expect(await clientIpFor("::ffff:192.0.2.7")).toBe("192.0.2.7");
  expect(await clientIpFor("2001:db8::1")).toBe("2001:db8::1");
  expect(await clientIpFor()).toBe(null);
});
