import { describe, expect, it } from "vitest";
import {
  hashInvitationSecret,
  invitationLink,
  isInvitationSecret,
  newInvitationSecret,
  readInvitationToken,
  writeInvitationToken,
} from "../../../src/invitations/link.js";

const ids = {
  accountId: "019b8d62-7a80-7b57-8299-f0fff55e3d6e",
  userId: "019b8d62-7a80-705b-bede-f7f3712ed1d9",
};
const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const token = writeInvitationToken({ ...ids, secret });

describe("an invitation's token", () => {
  it("carries both ids and the secret", () => {
    expect(readInvitationToken(token)).toEqual({ ...ids, secret });
    expect(token).toMatch(/^[\w-]{86}$/);
  });

  it.each([
    ["nothing", ""],
    ["a text", "no token"],
    ["one that is cut", token.slice(0, -1)],
    ["one that is longer", `${token}A`],
    ["one with padding", `${token}==`],
    ["one with a character that is skipped", `${token.slice(0, 40)}!${token.slice(40)}`],
    ["one with a line's end", `${token}\n`],
    ["one whose last bits are not its own", `${token.slice(0, -1)}${token.endsWith("x") ? "y" : "x"}`],
  ])("is not %s", (_what, text) => {
    expect(readInvitationToken(text)).toBeNull();
  });

  it("stands in the fragment of its link", () => {
    expect(invitationLink("https://app.example", token)).toBe(`https://app.example/invite#${token}`);
    expect(invitationLink("https://app.example/", token)).toBe(`https://app.example/invite#${token}`);
  });
});

describe("an invitation's secret", () => {
  it("has 256 bits of the randomness that it is given", () => {
    const asked: number[] = [];
    const made = newInvitationSecret((size) => {
      asked.push(size);
      return new Uint8Array(size).fill(7);
    });
    expect(asked).toEqual([32]);
    expect(made).toEqual(Buffer.alloc(32, 7));
  });

  it("is kept as a hash alone, and known by it", () => {
    const hash = hashInvitationSecret(secret);
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(isInvitationSecret(secret, hash)).toBe(true);
  });

  it("is not known by the hash of another, or by what is no hash", () => {
    const other = Buffer.from(secret);
    other[31] = 0;
    expect(isInvitationSecret(secret, hashInvitationSecret(other))).toBe(false);
    expect(isInvitationSecret(secret, "")).toBe(false);
    expect(isInvitationSecret(secret, secret.toString("base64url"))).toBe(false);
  });
});
