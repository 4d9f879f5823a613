import { describe, expect, it } from "vitest";
import { revivedAt } from "../../../src/pages/login/revived.js";
import { ADA, BEN, IDLE, LOADING, signedInAs, signedOut } from "../app/states.js";

describe("A tab on the sign-in page", () => {
  it("goes back to where it stood when the same person has signed in elsewhere", () => {
    expect(revivedAt(signedOut(IDLE, ADA.id), signedInAs(ADA), "/account/security")).toBe(
      "/account/security",
    );
  });

  it("goes home when another person has", () => {
    expect(revivedAt(signedOut(IDLE, ADA.id), signedInAs(BEN), "/account/security")).toBe("/");
  });

  it("goes where its address says when nobody knows whose it was", () => {
    expect(revivedAt(signedOut(), signedInAs(BEN), "/account")).toBe("/account");
  });

  it("stays for somebody who is signed in and wants to sign in as another", () => {
    expect(revivedAt(LOADING, signedInAs(ADA), "/account")).toBeNull();
    expect(revivedAt(signedInAs(ADA), signedInAs(ADA), "/account")).toBeNull();
    expect(revivedAt(signedInAs(ADA), signedOut(null, ADA.id), "/account")).toBeNull();
    expect(revivedAt(LOADING, signedOut(), "/account")).toBeNull();
  });
});
