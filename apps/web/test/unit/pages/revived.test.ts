import { describe, expect, it } from "vitest";
import { revivedAt } from "../../../src/pages/login/revived.js";
import { ADA, BEN, IDLE, LOADING, signedInAs, signedOut } from "../app/states.js";

const places = { stoodAt: "/account/security", back: "/account" };

describe("A tab on the sign-in page", () => {
  it("goes back to where it stood when the same person has signed in elsewhere, whoever ended the session", () => {
    expect(revivedAt(signedOut(IDLE, ADA.id), signedInAs(ADA), places)).toBe("/account/security");
    expect(revivedAt(signedOut(null, ADA.id), signedInAs(ADA), places)).toBe("/account/security");
  });

  it("goes home when another person has", () => {
    expect(revivedAt(signedOut(IDLE, ADA.id), signedInAs(BEN), places)).toBe("/");
  });

  it("goes where its address says when nobody knows whose it was", () => {
    expect(revivedAt(signedOut(), signedInAs(BEN), places)).toBe("/account");
  });

  it("stays for somebody who is signed in and wants to sign in as another", () => {
    expect(revivedAt(LOADING, signedInAs(ADA), places)).toBeNull();
    expect(revivedAt(signedInAs(ADA), signedInAs(ADA), places)).toBeNull();
    expect(revivedAt(signedInAs(ADA), signedOut(null, ADA.id), places)).toBeNull();
    expect(revivedAt(LOADING, signedOut(), places)).toBeNull();
  });
});
