import { describe, expect, it } from "vitest";
import { createClientIp } from "../../../src/network/client-ip.js";

describe("the address of the client", () => {
  const behindProxies = createClientIp(["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.7"]);

  it("is the peer's where no proxy is trusted, whatever it forwards", () => {
    const clientIp = createClientIp([]);
    expect(clientIp("198.51.100.1", undefined)).toBe("198.51.100.1");
    expect(clientIp("198.51.100.1", "203.0.113.9")).toBe("198.51.100.1");
    expect(clientIp("127.0.0.1", "203.0.113.9")).toBe("127.0.0.1");
  });

  it("is the peer's where the peer is no trusted proxy", () => {
    expect(behindProxies("198.51.100.1", "203.0.113.9")).toBe("198.51.100.1");
    expect(behindProxies("11.0.0.1", "203.0.113.9")).toBe("11.0.0.1");
  });

  it("is the right-most that is no trusted proxy, so that nobody can write their own", () => {
    expect(behindProxies("10.1.2.3", "203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "1.1.1.1, 203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "1.1.1.1,203.0.113.9,192.0.2.7,10.9.9.9")).toBe("203.0.113.9");
  });

  it("is the farthest proxy where they are all trusted", () => {
    expect(behindProxies("10.1.2.3", "10.0.0.9, 10.0.0.8")).toBe("10.0.0.9");
    expect(behindProxies("10.1.2.3", undefined)).toBe("10.1.2.3");
    expect(behindProxies("10.1.2.3", "")).toBe("10.1.2.3");
  });

  it("looks no further than what is no address", () => {
    expect(behindProxies("10.1.2.3", "203.0.113.9, unknown")).toBe("10.1.2.3");
    expect(behindProxies("10.1.2.3", "203.0.113.9, unknown, 10.0.0.8")).toBe("10.0.0.8");
  });

  it("knows proxies and clients in IPv6, and in IPv4 mapped into it", () => {
    expect(behindProxies("2001:db8:ffff::1", "2001:DB8:1::0009")).toBe("2001:db8:1::9");
    expect(behindProxies("::ffff:10.1.2.3", "203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("::ffff:198.51.100.1", "203.0.113.9")).toBe("198.51.100.1");
    expect(behindProxies("10.1.2.3", "::ffff:203.0.113.9, ::ffff:10.0.0.8")).toBe("203.0.113.9");
  });

  it("leaves a port out", () => {
    expect(behindProxies("10.1.2.3", "203.0.113.9:4711")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "[2001:db8:1::9]:4711")).toBe("2001:db8:1::9");
    expect(behindProxies("10.1.2.3", "[2001:db8:1::9]")).toBe("2001:db8:1::9");
  });

  it("trusts one address where a block has no length, and blocks that are written as mapped ones", () => {
    expect(behindProxies("192.0.2.7", "203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("192.0.2.8", "203.0.113.9")).toBe("192.0.2.8");
    const mapped = createClientIp(["::ffff:172.16.0.0/108", "::ffff:192.0.2.7", "2001:db8::5"]);
    expect(mapped("172.31.255.255", "203.0.113.9")).toBe("203.0.113.9");
    expect(mapped("172.32.0.0", "203.0.113.9")).toBe("172.32.0.0");
    expect(mapped("192.0.2.7", "203.0.113.9")).toBe("203.0.113.9");
    expect(mapped("2001:db8::5", "203.0.113.9")).toBe("203.0.113.9");
    expect(mapped("2001:db8::6", "203.0.113.9")).toBe("2001:db8::6");
  });

  it("is whatever the peer is called where that is no address", () => {
    expect(behindProxies("", "203.0.113.9")).toBe("");
  });
});
