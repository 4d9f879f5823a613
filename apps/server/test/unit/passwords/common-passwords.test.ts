import { beforeAll, describe, expect, it } from "vitest";
import { isPredictable, loadCommonPasswords } from "../../../src/passwords/common-passwords.js";

describe("the common passwords", () => {
  let isCommon: (password: string) => boolean;
  beforeAll(async () => {
    isCommon = await loadCommonPasswords();
  });

  it.each([
    "password",
    "password1",
    "12345678",
    "qwertyuiop",
    "iloveyou",
    "trustno1",
    "passw0rd",
    "welcome1",
  ])("include %s", (password) => {
    expect(isCommon(password)).toBe(true);
  });

  it("are matched in any case", () => {
    expect(isCommon("PassWord")).toBe(true);
    expect(isCommon("QWERTYUIOP")).toBe(true);
  });

  it("are matched in compatibility characters", () => {
    expect(isCommon("ｐａｓｓｗｏｒｄ")).toBe(true);
  });

  it.each(["00000000", "12341234", "87654321", "abcdefgh"])("include %s by rule", (password) => {
    expect(isCommon(password)).toBe(true);
  });

  it.each([
    "correct horse battery staple",
    "navisite",
    "Tr0ub4dor&3",
    "password and more",
    "пароль-не-простой",
  ])("do not include %s", (password) => {
    expect(isCommon(password)).toBe(false);
  });

  it("are loaded once", async () => {
    expect(await loadCommonPasswords()).toBe(isCommon);
  });
});

describe("a predictable password", () => {
  it.each(["aaaaaaaa", "abababab", "abcabcabc", "19841984", "1234512345", "qwqwqwqw"])(
    "repeats one unit: %s",
    (password) => {
      expect(isPredictable(password)).toBe(true);
    },
  );

  it.each(
    ["01234567", "1234567890-", "0987654321", "abcdefghij", "lkjhgfdsa", "poiuytrewq"].filter(
      (text) => text.length <= 10,
    ),
  )("is a run: %s", (password) => {
    expect(isPredictable(password)).toBe(true);
  });

  it.each(["abcabcab", "a".repeat(11), "abcdefghijkl", "éééééééé", "acegikmo", "01234568", "12341243"])(
    "is not %s",
    (password) => {
      expect(isPredictable(password)).toBe(false);
    },
  );
});
