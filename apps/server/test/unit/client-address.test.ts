import { describe, expect, it } from "vitest";
import { canonicalAddress, createClientAddressOf, networkOf, siteOf } from "../../src/client-address.js";

describe("the canonical spelling of an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::1", "::1"],
    ["::", "::"],
  ])("of %s is %s", (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });

  it.each(["", "unknown", "192.0.2", "192.0.2.256", "2001:db8::g", "1.2.3.4:80", "[::1]", "example.com"])(
    "does not exist for %j",
    (text) => {
      expect(canonicalAddress(text)).toBeNull();
    },
  );

  it("does not treat other prefixes as IPv4-mapped", () => {
    expect(canonicalAddress("1::ffff:c000:201")).toBe("1::ffff:c000:201");
    expect(canonicalAddress("::fffe:c000:201")).toBe("::fffe:c000:201");
  });
});

describe("the network of an address", () => {
  it("is the address itself for IPv4 and IPv4-mapped IPv6", () => {
    expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf("192.0.2.2")).not.toBe(networkOf("192.0.2.1"));
  });

  it("is the /64 for IPv6, in any spelling", () => {
    const network = "2001:db8:1:2::/64";
    expect(networkOf("2001:db8:1:2::1")).toBe(network);
    expect(networkOf("2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(network);
    expect(networkOf("2001:0DB8:0001:0002::")).toBe(network);
    expect(networkOf("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
  });

  it("expands compressed zeros", () => {
    expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0::/64");
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("2001:db8:0:0:1::")).toBe("2001:db8:0:0::/64");
  });

  it("is the IPv4 address inside NAT64's prefix", () => {
    expect(networkOf("64:ff9b::192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf("64:ff9b::c000:201")).toBe("192.0.2.1");
    expect(networkOf("64:ff9b:0:0:0:1:c000:201")).toBe("64:ff9b:0:0::/64");
    expect(networkOf("64:ff9c::c000:201")).toBe("64:ff9c:0:0::/64");
  });

  it("belongs to a /48 for IPv6, and is its own site otherwise", () => {
    expect(siteOf(networkOf("2001:db8:1:2::1"))).toBe("2001:db8:1::/48");
    expect(siteOf(networkOf("2001:db8:1:3::1"))).toBe("2001:db8:1::/48");
    expect(siteOf(networkOf("2001:db8:2:3::1"))).toBe("2001:db8:2::/48");
    expect(siteOf(networkOf("2001:db8::1"))).toBe("2001:db8:0::/48");
    expect(siteOf("192.0.2.1")).toBe("192.0.2.1");
    expect(siteOf("unknown")).toBe("unknown");
  });

  it("is `unknown` without an address", () => {
    expect(networkOf("")).toBe("unknown");
    expect(networkOf("a socket")).toBe("unknown");
  });
});

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
