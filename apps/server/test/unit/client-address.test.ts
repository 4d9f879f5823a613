import { describe, expect, it } from "vitest";
import { createClientAddressOf } from "../../src/client-address.js";

describe("the client's address", () => {
  const behindProxies = createClientAddressOf(["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.7"]);

  it("is the peer's if no proxy is trusted, whatever X-Forwarded-For contains", () => {
    const clientAddressOf = createClientAddressOf([]);
    expect(clientAddressOf("198.51.100.1", undefined)).toBe("198.51.100.1");
    expect(clientAddressOf("198.51.100.1", "203.0.113.9")).toBe("198.51.100.1");
    expect(clientAddressOf("127.0.0.1", "203.0.113.9")).toBe("127.0.0.1");
  });

  it("is the peer's if the peer is not a trusted proxy", () => {
    expect(behindProxies("198.51.100.1", "203.0.113.9")).toBe("198.51.100.1");
    expect(behindProxies("11.0.0.1", "203.0.113.9")).toBe("11.0.0.1");
  });

  it("is the right-most address that is not a trusted proxy, so that clients can't forge it", () => {
    expect(behindProxies("10.1.2.3", "203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "1.1.1.1, 203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "1.1.1.1,203.0.113.9,192.0.2.7,10.9.9.9")).toBe("203.0.113.9");
  });

  it("is the farthest proxy if all addresses are trusted", () => {
    expect(behindProxies("10.1.2.3", "10.0.0.9, 10.0.0.8")).toBe("10.0.0.9");
    expect(behindProxies("10.1.2.3", undefined)).toBe("10.1.2.3");
    expect(behindProxies("10.1.2.3", "")).toBe("10.1.2.3");
  });

  it("ignores entries left of an invalid one", () => {
    expect(behindProxies("10.1.2.3", "203.0.113.9, unknown")).toBe("10.1.2.3");
    expect(behindProxies("10.1.2.3", "203.0.113.9, unknown, 10.0.0.8")).toBe("10.0.0.8");
  });

  it("supports IPv6 and IPv4-mapped IPv6", () => {
    expect(behindProxies("2001:db8:ffff::1", "2001:DB8:1::0009")).toBe("2001:db8:1::9");
    expect(behindProxies("::ffff:10.1.2.3", "203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("::ffff:198.51.100.1", "203.0.113.9")).toBe("198.51.100.1");
    expect(behindProxies("10.1.2.3", "::ffff:203.0.113.9, ::ffff:10.0.0.8")).toBe("203.0.113.9");
  });

  it("ignores a port", () => {
    expect(behindProxies("10.1.2.3", "203.0.113.9:4711")).toBe("203.0.113.9");
    expect(behindProxies("10.1.2.3", "[2001:db8:1::9]:4711")).toBe("2001:db8:1::9");
    expect(behindProxies("10.1.2.3", "[2001:db8:1::9]")).toBe("2001:db8:1::9");
  });

  it("trusts single addresses and IPv4-mapped blocks", () => {
    expect(behindProxies("192.0.2.7", "203.0.113.9")).toBe("203.0.113.9");
    expect(behindProxies("192.0.2.8", "203.0.113.9")).toBe("192.0.2.8");
    const mapped = createClientAddressOf(["::ffff:172.16.0.0/108", "::ffff:192.0.2.7", "2001:db8::5"]);
    expect(mapped("172.31.255.255", "203.0.113.9")).toBe("203.0.113.9");
    expect(mapped("172.32.0.0", "203.0.113.9")).toBe("172.32.0.0");
    expect(mapped("192.0.2.7", "203.0.113.9")).toBe("203.0.113.9");
    expect(mapped("2001:db8::5", "203.0.113.9")).toBe("203.0.113.9");
    expect(mapped("2001:db8::6", "203.0.113.9")).toBe("2001:db8::6");
  });

  it("is the peer's name if that is not an address", () => {
    expect(behindProxies("", "203.0.113.9")).toBe("");
  });

  it("is looked for in the last 32 entries at most, however many a client wrote", () => {
    const proxies = Array(31).fill("10.0.0.1").join(",");
    expect(behindProxies("10.0.0.9", `203.0.113.1,${proxies}`)).toBe("203.0.113.1");
    expect(behindProxies("10.0.0.9", `203.0.113.1,10.0.0.2,${proxies}`)).toBe("10.0.0.2");
    expect(behindProxies("10.0.0.9", "::,".repeat(5_000))).toBe("10.0.0.9");
    expect(behindProxies("10.0.0.9", `,203.0.113.1`)).toBe("203.0.113.1");
    expect(behindProxies("10.0.0.9", `,10.0.0.2`)).toBe("10.0.0.2");
  });
});
