import { describe, expect, it } from "vitest";
import {
  canonicalAddress,
  NETWORK_DIGEST_LENGTH,
  networkDigestOf,
  networkOf,
  siteOf,
} from "../src/network.js";

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

describe("the digest of a network", () => {
  it("is the same for all addresses of a network, and differs between networks", () => {
    expect(networkDigestOf("::ffff:192.0.2.1")).toBe(networkDigestOf("192.0.2.1"));
    expect(networkDigestOf("2001:db8:1:2::1")).toBe(networkDigestOf("2001:db8:1:2:ffff::"));
    const addresses = ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:3::1"];
    expect(new Set(addresses.map(networkDigestOf)).size).toBe(addresses.length);
  });

  it("always has the same length, in base64url", () => {
    expect(NETWORK_DIGEST_LENGTH).toBe(12);
    for (const ip of ["192.0.2.1", "::1", "2001:db8:1:2::1"])
      expect(networkDigestOf(ip)).toMatch(/^[\w-]{12}$/);
  });

  it("does not exist without an address", () => {
    for (const ip of [null, "", "unknown", "a socket"]) expect(networkDigestOf(ip)).toBeNull();
  });
});
