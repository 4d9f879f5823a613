import { describe, expect, it } from "vitest";
import { judgePassword, normalisePassword } from "../../../src/passwords/judge.js";

const nothingIsCommon = (): boolean => false;
const judge = (typed: string) => judgePassword(typed, nothingIsCommon);

describe("judging a new password", () => {
  it.each([
    [7, "too_short"],
    [8, "acceptable"],
    [128, "acceptable"],
    [129, "too_long"],
  ])("of %i letters answers %s", (length, verdict) => {
    expect(judge("a".repeat(length))).toBe(verdict);
  });

  it.each([
    [7, "too_short"],
    [8, "acceptable"],
    [128, "acceptable"],
    [129, "too_long"],
  ])("counts %i characters outside the basic plane as that many, and answers %s", (length, verdict) => {
    expect(judge("🔑".repeat(length))).toBe(verdict);
  });

  it("counts what was typed, not what it is normalised to", () => {
    const typed = "e\u0301".repeat(4);
    expect([...normalisePassword(typed)]).toHaveLength(4);
    expect(judge(typed)).toBe("acceptable");
  });

  it("takes spaces, at the ends too", () => {
    expect(judge("  six   ")).toBe("acceptable");
    expect(judge("        ")).toBe("acceptable");
  });

  it("refuses a NUL wherever it stands, before it looks at the length", () => {
    expect(judge("\0")).toBe("not_text");
    expect(judge("long enough\0")).toBe("not_text");
    expect(judge(`${"a".repeat(200)}\0`)).toBe("not_text");
  });

  it("refuses half a surrogate pair, which has no UTF-8", () => {
    expect(judge("half a pair \ud83d")).toBe("not_text");
    expect(judge("\udd11 half a pair")).toBe("not_text");
    expect(judge("a whole pair \ud83d\udd11")).toBe("acceptable");
  });

  it("asks about common ones only where the length is right", () => {
    const asked: string[] = [];
    const everythingIsCommon = (password: string) => asked.push(password) > 0;
    expect(judgePassword("short", everythingIsCommon)).toBe("too_short");
    expect(judgePassword("a".repeat(129), everythingIsCommon)).toBe("too_long");
    expect(judgePassword("baseball", everythingIsCommon)).toBe("common");
    expect(asked).toEqual(["baseball"]);
  });
});

describe("the form of a password that is hashed", () => {
  it("is the same for a letter with its accent and for the two put together", () => {
    expect(normalisePassword("caf\u00e9 cr\u00e8me")).toBe(normalisePassword("cafe\u0301 cre\u0300me"));
  });

  it("keeps case, spaces and compatibility characters apart", () => {
    expect(normalisePassword(" Abc ")).toBe(" Abc ");
    expect(normalisePassword("ﬁ")).toBe("ﬁ");
    expect(normalisePassword("①")).not.toBe(normalisePassword("1"));
  });
});
