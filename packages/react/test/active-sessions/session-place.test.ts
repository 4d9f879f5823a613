import { describe, expect, test } from "vitest";
import { placeOf } from "../../src/active-sessions/session-place.js";

const texts = {
  seenElsewhere: (signedIn: string, lastSeen: string) => `from ${signedIn}, at ${lastSeen}`,
  device: (label: string | null) => `${label}`,
};
const firefox = { label: "Firefox on Linux", user_agent: "Mozilla/5.0", ip: "192.0.2.1" };

describe("the place of a session", () => {
  test.each([
    [firefox, "192.0.2.1"],
    [{ ...firefox, user_agent: "Mozilla/5.0 (newer)" }, "192.0.2.1"],
    [{ ...firefox, label: null }, "192.0.2.1"],
    [undefined, "192.0.2.1"],
    [{ ...firefox, ip: null }, "192.0.2.1"],
    [{ ...firefox, ip: "192.0.2.2" }, "from 192.0.2.1, at 192.0.2.2"],
    [{ ...firefox, label: "curl" }, "from 192.0.2.1 (Firefox on Linux), at 192.0.2.1 (curl)"],
    [
      { label: "Safari on iOS", user_agent: null, ip: "2001:db8::1" },
      "from 192.0.2.1 (Firefox on Linux), at 2001:db8::1 (Safari on iOS)",
    ],
  ])("that was signed in with Firefox and last seen as %j is %j", (last_seen, place) => {
    const item = last_seen === undefined ? { device: firefox } : { device: firefox, last_seen };
    expect(placeOf(item, texts)).toBe(place);
  });

  test("is unknown without an address, and that of the newest use if the sign-in's is unknown", () => {
    const nowhere = { ...firefox, ip: null };
    expect(placeOf({ device: nowhere, last_seen: nowhere }, texts)).toBe(null);
    expect(placeOf({ device: nowhere, last_seen: firefox }, texts)).toBe("192.0.2.1");
  });
});
