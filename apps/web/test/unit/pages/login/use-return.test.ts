import { describe, expect, it } from "vitest";
import { pathAfterSignIn } from "../../../../src/pages/login/use-return.js";
import { ADA, BEN, IDLE, LOADING, signedInAs, signedOut } from "../../app/session-states.js";

const paths = { redirectedFrom: "/account/security", returnTo: "/account" };

describe("a tab on the sign-in page", () => {
  it("returns to its previous page when the same user signs in in another tab", () => {
    expect(pathAfterSignIn(signedOut(IDLE, ADA.id), signedInAs(ADA), paths)).toBe("/account/security");
    expect(pathAfterSignIn(signedOut(null, ADA.id), signedInAs(ADA), paths)).toBe("/account/security");
  });

  it("goes home when another user does", () => {
    expect(pathAfterSignIn(signedOut(IDLE, ADA.id), signedInAs(BEN), paths)).toBe("/");
  });

  it("goes to `return_to` if its previous user is unknown", () => {
    expect(pathAfterSignIn(signedOut(), signedInAs(BEN), paths)).toBe("/account");
  });

  it("returns to the page that sent it here if a reload finds the session, as after trouble", () => {
    expect(pathAfterSignIn(LOADING, signedInAs(ADA), paths)).toBe("/account/security");
  });

  it("stays for a signed-in user who wants to sign in as another", () => {
    const opened = { ...paths, redirectedFrom: null };
    expect(pathAfterSignIn(LOADING, signedInAs(ADA), opened)).toBeNull();
    expect(pathAfterSignIn(signedInAs(ADA), signedInAs(ADA), paths)).toBeNull();
    expect(pathAfterSignIn(signedInAs(ADA), signedOut(null, ADA.id), paths)).toBeNull();
    expect(pathAfterSignIn(LOADING, signedOut(), paths)).toBeNull();
  });
});
