import { describe, expect, test } from "vitest";
import { type SignOut, signOutBeforeFirstSight } from "../src/store/sign-outs.js";

const session = { id: "h1", userId: "ada", startedAt: 1000 };
const ofAccount: SignOut = { userId: "", at: 2000, reason: "revoked_by_owner", spares: null };
const ofAda: SignOut = { userId: "ada", at: 2000, reason: "password_changed", spares: null };

describe("the sign-out that a session did not survive before its first sight", () => {
  test.each([
    ["the account's", [ofAccount, ofAda]],
    ["the user's", [ofAda, ofAccount]],
  ])("is the account's of two at the same moment, also where %s is read first", (_, signOuts) => {
    expect(signOutBeforeFirstSight(session, signOuts)).toEqual({ at: 2000, reason: "revoked_by_owner" });
  });

  test("is the earlier one, whose ever it is", () => {
    const earlier = { at: 1999, reason: "password_changed" };
    expect(signOutBeforeFirstSight(session, [ofAccount, { ...ofAda, at: 1999 }])).toEqual(earlier);
    expect(signOutBeforeFirstSight(session, [{ ...ofAda, at: 1999 }, ofAccount])).toEqual(earlier);
  });

  test.each<[string, Partial<SignOut>]>([
    ["from before its start", { at: 999 }],
    ["that spared it", { spares: "h1" }],
    ["of another user", { userId: "ben" }],
  ])("is none %s", (_, changes) => {
    expect(signOutBeforeFirstSight(session, [{ ...ofAda, ...changes }])).toBe(null);
  });

  test("is one at its start, and one that spared another session", () => {
    const covering = { ...ofAda, at: 1000, spares: "h2" };
    expect(signOutBeforeFirstSight(session, [covering])).toEqual({ at: 1000, reason: "password_changed" });
  });
});
