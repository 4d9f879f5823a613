import { describe, expect, it } from "vitest";
import {
  decodeLinkToken,
  encodeLinkToken,
  hashLinkSecret,
  isLinkSecret,
  linkTo,
  newLinkSecret,
} from "../../../src/links/link-token.js";

const ids = {
  accountId: "019b8d62-7a80-7b57-8299-f0fff55e3d6e",
  userId: "019b8d62-7a80-705b-bede-f7f3712ed1d9",
};
const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const token = encodeLinkToken({ ...ids, secret });

describe("the token of a link", () => {
  it("contains both ids and the secret", () => {
    expect(decodeLinkToken(token)).toEqual({ ...ids, secret });
    expect(token).toMatch(/^[\w-]{86}$/);
  });

  it.each([
    ["empty text", ""],
    ["other text", "no token"],
    ["a truncated token", token.slice(0, -1)],
    ["a longer token", `${token}A`],
    ["a token with padding", `${token}==`],
    ["a token with a character outside base64url", `${token.slice(0, 40)}!${token.slice(40)}`],
    ["a token with a trailing newline", `${token}\n`],
    ["a token with different last bits", `${token.slice(0, -1)}${token.endsWith("x") ? "y" : "x"}`],
  ])("is not decoded from %s", (_what, text) => {
    expect(decodeLinkToken(text)).toBeNull();
  });

  it("is in the fragment of its link", () => {
    const parts = { ...ids, secret };
    expect(linkTo("https://app.example", "invite", parts)).toBe(`https://app.example/invite#${token}`);
    expect(linkTo("https://app.example/", "reset", parts)).toBe(`https://app.example/reset#${token}`);
  });
});

describe("the secret of a link", () => {
  it("has 256 random bits", () => {
    const sizes: number[] = [];
    const created = newLinkSecret((size) => {
      sizes.push(size);
      return new Uint8Array(size).fill(7);
    });
    expect(sizes).toEqual([32]);
    expect(created).toEqual(Buffer.alloc(32, 7));
  });

  it("is verified against its hash", () => {
    const hash = hashLinkSecret(secret);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(isLinkSecret(secret, hash)).toBe(true);
  });

  it("is rejected against the hash of another secret, or against text that is not a hash", () => {
    const other = Buffer.from(secret);
    other[31] = 0;
    expect(isLinkSecret(secret, hashLinkSecret(other))).toBe(false);
    expect(isLinkSecret(secret, "")).toBe(false);
    expect(isLinkSecret(secret, secret.toString("base64url"))).toBe(false);
  });
});
