import { describe, expect, test } from "vitest";
import { emailField, nameField, newPasswordField, passwordField } from "../src/wire/fields.js";
import { transportField } from "../src/wire/index.js";
import { checkField, fault } from "./support/check-field.js";

describe("a name", () => {
  test.each([
    [" Ada\n", "Ada"],
    ["é", "é"],
    ["😀".repeat(200), "😀".repeat(200)],
    ["😀".repeat(201), fault("out_of_range", 1, 200)],
    [`${" ".repeat(300)}x`, "x"],
    ["", fault("required")],
    [" \t\u00a0", fault("required")],
    [undefined, fault("required")],
    [null, fault("wrong_type")],
    [5, fault("wrong_type")],
    [["Ada"], fault("wrong_type")],
    ["A\0da", fault("invalid_value")],
    ["A\ud800", fault("invalid_value")],
    [`${"x".repeat(300)}\0`, fault("invalid_value")],
  ])("%j", (value, expected) => {
    expect(checkField(nameField, value)).toEqual(expected);
  });

  const codePoint = (text: string) => `U+${text.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;

  test.each(
    [..."\u200b\u200d\u2060\u2800\u3164\u115f\uffa0\u00ad\u034f\ufeff\ufe0f\u{e0020}\u{1d159}"].map(
      (text) => [codePoint(text), text],
    ),
  )("of nothing but %s is required, and has to have something that can be seen", (_, text) => {
    for (const name of [text, ` ${text}\u2060${text} `])
      expect(checkField(nameField, name)).toEqual(fault("required"));
    expect(checkField(nameField, `${text}A`)).toBe(`${text}A`.trim());
  });

  test("can be an emoji that is joined by what can't be seen", () => {
    expect(checkField(nameField, "👩\u200d🔬\ufe0f")).toBe("👩\u200d🔬\ufe0f");
    expect(checkField(nameField, "علی\u200cرضا")).toBe("علی\u200cرضا");
  });

  test.each(
    [..."\0\u0007\n\r\t\u001b\u007f\u0085\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"].map(
      (text) => [codePoint(text), text],
    ),
  )("with %s is invalid_value, and so is one with too many other characters", (_, text) => {
    for (const name of [`A${text}da`, `A${text}${"d".repeat(300)}a`])
      expect(checkField(nameField, name)).toEqual(fault("invalid_value"));
  });

  test("with marks that only say the direction is taken, since they turn nothing round", () => {
    expect(checkField(nameField, "\u200fשרה\u200e")).toBe("\u200fשרה\u200e");
  });
});

describe("an e-mail address", () => {
  test.each([
    [" Ada@Acme.example ", "Ada@Acme.example"],
    ["jörg@müller.example", "jörg@müller.example"],
    ["a+b@x.example", "a+b@x.example"],
    ["ada", fault("invalid_email")],
    ["@acme.example", fault("invalid_email")],
    ["ada@", fault("invalid_email")],
    ["a b@acme.example", fault("invalid_email")],
    ["a@b@c", fault("invalid_email")],
    ["a\u0007@acme.example", fault("invalid_email")],
    ["", fault("invalid_email")],
    [`${"a".repeat(64)}@${"b".repeat(190)}`, fault("invalid_email")],
    ["a\0@acme.example", fault("invalid_value")],
    [undefined, fault("required")],
    [{}, fault("wrong_type")],
  ])("%j", (value, expected) => {
    expect(checkField(emailField, value)).toEqual(expected);
  });
});

describe("a new password", () => {
  test.each([
    ["x".repeat(7), fault("weak_password")],
    ["x".repeat(8), "x".repeat(8)],
    ["😀".repeat(7), fault("weak_password")],
    ["😀".repeat(128), "😀".repeat(128)],
    ["x".repeat(129), fault("out_of_range", 8, 128)],
    ["        ", "        "],
    ["passwor\0d", fault("invalid_value")],
    ["", fault("weak_password")],
    [undefined, fault("required")],
    [12_345_678, fault("wrong_type")],
  ])("%j", (value, expected) => {
    expect(checkField(newPasswordField, value)).toEqual(expected);
  });
});

test("an existing password may be any text", () => {
  expect(checkField(passwordField, "")).toBe("");
  expect(checkField(passwordField, "x".repeat(1_000))).toBe("x".repeat(1_000));
  expect(checkField(passwordField, "\0")).toEqual(fault("invalid_value"));
});

test("the transport of a refresh token defaults to the cookie", () => {
  expect(checkField(transportField, undefined)).toBe("cookie");
  expect(checkField(transportField, "body")).toBe("body");
  expect(checkField(transportField, "Body")).toEqual(fault("invalid_value"));
  expect(checkField(transportField, null)).toEqual(fault("wrong_type"));
});
