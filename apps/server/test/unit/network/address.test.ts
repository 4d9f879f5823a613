import { describe, expect, it } from "vitest";
import { canonicalAddress, networkOf } from "../../../src/network/address.js";

describe("the one spelling of an address", () => {
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

  it("keeps an address that only begins like a mapped one", () => {
    expect(canonicalAddress("1::ffff:c000:201")).toBe("1::ffff:c000:201");
    expect(canonicalAddress("::fffe:c000:201")).toBe("::fffe:c000:201");
  });
});

describe("the network of an address", () => {
  it("is the address itself for IPv4, mapped into IPv6 or not", () => {
    expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf("192.0.2.2")).not.toBe(networkOf("192.0.2.1"));
  });

  it("is the /64 for IPv6, however the address is spelt", () => {
    const network = "2001:db8:1:2::/64";
    expect(networkOf("2001:db8:1:2::1")).toBe(network);
    expect(networkOf("2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(network);
    expect(networkOf("2001:0DB8:0001:0002::")).toBe(network);
    expect(networkOf("2001:db8:1:3::1")).toBe("2001:db8:1:3::/64");
  });

  it("fills in the zeros that the spelling leaves out", () => {
    expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0::/64");
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("2001:db8:0:0:1::")).toBe("2001:db8:0:0::/64");
  });

  it("is one for all that have no address", () => {
    expect(networkOf("")).toBe("unknown");
    expect(networkOf("a socket")).toBe("unknown");
  });
});
