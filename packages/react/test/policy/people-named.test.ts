import { describe, expect, it } from "vitest";
import { peopleNamed } from "../../src/policy/people-named.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";

const five = ["Ada", "Grace", "Alan", "Edsger", "Barbara"];

describe("who would be signed out", () => {
  it("is named in full up to the five whom the server names", () => {
    expect(peopleNamed(["Ada"], 1)).toEqual({ names: ["Ada"], more: 0 });
    expect(peopleNamed(five, 5)).toEqual({ names: five, more: 0 });
  });

  it("is two by name and a number where there are more", () => {
    expect(peopleNamed(five, 6)).toEqual({ names: ["Ada", "Grace"], more: 4 });
    expect(peopleNamed(five, 14)).toEqual({ names: ["Ada", "Grace"], more: 12 });
  });

  it("is told in the language of the catalogue", () => {
    expect(en.policy.previewUsers(peopleNamed(five, 14))).toBe("Signed out: Ada, Grace and 12 more people.");
    expect(en.policy.previewUsers(peopleNamed(["Ada", "Grace"], 3))).toBe(
      "Signed out: Ada, Grace and 1 more person.",
    );
    expect(de.policy.previewUsers(peopleNamed(five, 14))).toBe(
      "Abgemeldet: Ada, Grace und 12 weitere Personen.",
    );
  });
});

describe("how many sessions would end", () => {
  it.each([
    [0, 0, false, "No sessions are open."],
    [112, 0, false, "None of 112 open sessions ends now."],
    [1, 1, true, "1 of 1 open session ends now, and it is yours."],
    [112, 1, false, "1 of 112 open sessions ends now."],
    [112, 37, false, "37 of 112 open sessions end now."],
    [112, 37, true, "37 of 112 open sessions end now, yours among them."],
  ])("of %d open and %d ended, the caller's %s", (sessions, ended, includesOwn, words) =>
    expect(en.policy.previewEnded({ sessions, ended, includesOwn })).toBe(words),
  );

  it("is told with the shortened ones after it", () => {
    expect(en.policy.previewShortened(1)).toBe("1 is shortened.");
    expect(de.policy.previewShortened(20)).toBe("20 werden verkürzt.");
  });
});
