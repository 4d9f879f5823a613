import { describe, expect, it } from "vitest";
import {
  decodeInvitationToken,
  encodeInvitationToken,
  hashInvitationSecret,
  invitationLink,
  isInvitationSecret,
  newInvitationSecret,
} from "../../../src/members/invitation.js";

const ids = {
  accountId: "019b8d62-7a80-7b57-8299-f0fff55e3d6e",
  userId: "019b8d62-7a80-705b-bede-f7f3712ed1d9",
};
const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const token = encodeInvitationToken({ ...ids, secret });

describe("an invitation token", () => {
  it("contains both ids and the secret", () => {
    expect(decodeInvitationToken(token)).toEqual({ ...ids, secret });
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
    expect(decodeInvitationToken(text)).toBeNull();
  });

  it("is in the fragment of its link", () => {
    expect(invitationLink("https://app.example", token)).toBe(`https://app.example/invite#${token}`);
    expect(invitationLink("https://app.example/", token)).toBe(`https://app.example/invite#${token}`);
  });
});

describe("an invitation secret", () => {
  it("has 256 random bits", () => {
    const sizes: number[] = [];
    const created = newInvitationSecret((size) => {
      sizes.push(size);
      return new Uint8Array(size).fill(7);
    });
    expect(sizes).toEqual([32]);
    expect(created).toEqual(Buffer.alloc(32, 7));
  });

  it("is verified against its hash", () => {
    const hash = hashInvitationSecret(secret);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(isInvitationSecret(secret, hash)).toBe(true);
  });

  it("is rejected against the hash of another secret, or against text that is not a hash", () => {
    const other = Buffer.from(secret);
    other[31] = 0;
    expect(isInvitationSecret(secret, hashInvitationSecret(other))).toBe(false);
    expect(isInvitationSecret(secret, "")).toBe(false);
    expect(isInvitationSecret(secret, secret.toString("base64url"))).toBe(false);
  });
});
