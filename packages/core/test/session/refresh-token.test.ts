import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveMacKey } from "../../src/keys.js";
import { createRefreshTokens } from "../../src/session/refresh-token.js";

const oldKey = deriveMacKey(Buffer.alloc(32, 1));
const newKey = deriveMacKey(Buffer.alloc(32, 2));
const tokens = createRefreshTokens([oldKey]);
const claims = { accountId: "acme", sessionId: "s1", generation: 4 };

/** A token with the given head and a genuine MAC. */
const signed = (head: string): string =>
  `${head}.${createHmac("sha256", oldKey.key).update(head).digest("base64url")}`;
const base64url = (text: string): string => Buffer.from(text).toString("base64url");

describe("a refresh token", () => {
  test("consists of prefix, key id, account, session, generation and MAC", () => {
    const head = `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.4`;
    expect(tokens.issue(claims)).toBe(signed(head));
  });

  test("parses to what it was issued for, with any characters in the ids", () => {
    const text = fc.string({ minLength: 1, maxLength: 255, unit: "grapheme" });
    fc.assert(
      fc.property(text, text, fc.nat(1_000_000), (accountId, sessionId, generation) => {
        const issued = { accountId, sessionId, generation };
        expect(tokens.parse(tokens.issue(issued))).toEqual(issued);
      }),
    );
  });

  test("is rejected when any one character is changed", () => {
    const token = tokens.issue(claims);
    for (let index = 0; index < token.length; index++) {
      const changed = `${token.slice(0, index)}${token[index] === "A" ? "B" : "A"}${token.slice(index + 1)}`;
      expect(tokens.parse(changed), `character ${index}`).toBeNull();
    }
  });

  test("is rejected when its MAC is another encoding of the same bytes", () => {
    const token = tokens.issue(claims);
    expect(tokens.parse(`${token}=`)).toBeNull();
    expect(tokens.parse(token.slice(0, -1))).toBeNull();
  });

  test.each(["", "cft1", "....", ".....", "cft1.....", "not a token", "\0", "é".repeat(40)])(
    "is not %j",
    (text) => {
      expect(tokens.parse(text)).toBeNull();
    },
  );

  test.each([
    ["another prefix", `cft2.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.4`],
    ["no account", `cft1.${oldKey.id}..${base64url("s1")}.4`],
    ["no session", `cft1.${oldKey.id}.${base64url("acme")}..4`],
    ["no generation", `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.`],
    ["a negative generation", `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.-1`],
    ["a generation with a leading zero", `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.04`],
    ["a generation with a suffix", `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.4x`],
    ["a generation with a prefix", `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.x4`],
    [
      "a generation of 16 digits",
      `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.1${"0".repeat(15)}`,
    ],
    ["seven parts", `cft1.${oldKey.id}.${base64url("acme")}.${base64url("s1")}.4.more`],
    ["five parts", `cft1.${oldKey.id}.${base64url("acme")}.4`],
  ])("with %s is rejected even with a genuine MAC", (_, head) => {
    expect(tokens.parse(signed(head))).toBeNull();
  });

  test("may have any generation from 0 to the maximum", () => {
    for (const generation of [0, 999_999_999_999_999])
      expect(tokens.parse(tokens.issue({ ...claims, generation }))?.generation).toBe(generation);
  });

  test("has at most 4,096 characters", () => {
    const emptyLength = tokens.issue({ ...claims, accountId: "" }).length;
    const accountId = "a".repeat(Math.floor(((4096 - emptyLength) * 3) / 4));
    const token = tokens.issue({ ...claims, accountId });
    expect(token).toHaveLength(4096);
    expect(tokens.parse(token)?.accountId).toBe(accountId);
    expect(tokens.parse(tokens.issue({ ...claims, accountId: `${accountId}a` }))).toBeNull();
  });
});

describe("secret rotation", () => {
  test("the first key issues and every key verifies", () => {
    const rolled = createRefreshTokens([newKey, oldKey]);
    expect(rolled.parse(tokens.issue(claims))).toEqual(claims);
    expect(rolled.issue(claims).split(".")[1]).toBe(newKey.id);
    expect(createRefreshTokens([oldKey, newKey]).parse(rolled.issue(claims))).toEqual(claims);
  });

  test("a token of a removed key is rejected", () => {
    expect(createRefreshTokens([newKey]).parse(tokens.issue(claims))).toBeNull();
  });

  test("a MAC with the id of another of our keys is rejected", () => {
    const rolled = createRefreshTokens([newKey, oldKey]);
    const token = tokens.issue(claims).replace(oldKey.id, newKey.id);
    expect(rolled.parse(token)).toBeNull();
  });
});
