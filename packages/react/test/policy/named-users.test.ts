import { describe, expect, it } from "vitest";
import { namedUsers } from "../../src/policy/policy-preview.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";

const FIVE = ["Ada", "Grace", "Alan", "Edsger", "Barbara"];

describe("the users that a policy signs out", () => {
  it("are all named if the server sends all names", () => {
    expect(namedUsers(["Ada"], 1)).toEqual({ names: ["Ada"], more: 0 });
    expect(namedUsers(FIVE, 5)).toEqual({ names: FIVE, more: 0 });
  });

  it("are otherwise two names and the number of the others", () => {
    expect(namedUsers(FIVE, 6)).toEqual({ names: ["Ada", "Grace"], more: 4 });
    expect(namedUsers(FIVE, 14)).toEqual({ names: ["Ada", "Grace"], more: 12 });
  });

  it("are listed in the language of the catalogue", () => {
    expect(en.policy.previewUsers(namedUsers(FIVE, 14))).toBe("Signed out: Ada, Grace and 12 more people.");
    expect(en.policy.previewUsers(namedUsers(["Ada", "Grace"], 3))).toBe(
      "Signed out: Ada, Grace and 1 more person.",
    );
    expect(de.policy.previewUsers(namedUsers(FIVE, 14))).toBe(
      "Abgemeldet: Ada, Grace und 12 weitere Personen.",
    );
  });
});

describe("the number of sessions that a policy ends", () => {
  it.each([
    [0, 0, false, "No sessions are open."],
    [112, 0, false, "None of 112 open sessions ends now."],
    [1, 1, true, "1 of 1 open session ends now, and it is yours."],
    [112, 1, false, "1 of 112 open sessions ends now."],
    [112, 37, false, "37 of 112 open sessions end now."],
    [112, 37, true, "37 of 112 open sessions end now, yours among them."],
  ])(
    "is in words for %d open sessions, %d ended, the caller's among them: %s",
    (sessions, ended, includesOwn, words) =>
      expect(en.policy.previewEnded({ sessions, ended, includesOwn })).toBe(words),
  );

  it("is followed by the number of shortened sessions", () => {
    expect(en.policy.previewShortened(1)).toBe("1 is shortened.");
    expect(de.policy.previewShortened(20)).toBe("20 werden verkürzt.");
  });
});
