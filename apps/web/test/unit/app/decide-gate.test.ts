import type { SessionState } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { decideGate, type GateFacts } from "../../../src/app/gate/decide-gate.js";
import { ADA, BEN, IDLE, LOADING, signedInAs, signedOut } from "./states.js";

const gate = (state: SessionState, facts: Partial<GateFacts> = {}) =>
  decideGate({ state, seenUserId: null, at: "/account/security", hasUnsavedInput: false, ...facts });

describe("The gate", () => {
  it("waits while nothing is known, and says so where that lasts", () => {
    expect(gate(LOADING)).toEqual({ kind: "waiting", reconnecting: false });
    expect(gate({ status: "loading", reconnecting: true })).toEqual({ kind: "waiting", reconnecting: true });
  });

  it("is open to whoever is signed in, through trouble too", () => {
    expect(gate(signedInAs(ADA))).toEqual({ kind: "open" });
    expect(gate(signedInAs(ADA), { seenUserId: ADA.id })).toEqual({ kind: "open" });
    const troubled = { ...signedInAs(ADA), reconnecting: true, needs_sign_in: true } as SessionState;
    expect(gate(troubled, { seenUserId: ADA.id })).toEqual({ kind: "open" });
  });

  it("makes room where another person has signed in", () => {
    expect(gate(signedInAs(BEN), { seenUserId: ADA.id })).toEqual({ kind: "somebody_else" });
    expect(gate(signedInAs(BEN), { seenUserId: ADA.id, hasUnsavedInput: true })).toEqual({
      kind: "somebody_else",
    });
  });

  it("leads to the sign-in page when the session has ended, with the reason and the way back", () => {
    expect(gate(signedOut(IDLE, ADA.id), { seenUserId: ADA.id })).toEqual({
      kind: "leave",
      to: "/login?reason=session_expired&cause=idle&return_to=%2Faccount%2Fsecurity",
      ended: IDLE,
    });
  });

  it("tells of an end that came while no page was open", () => {
    expect(gate(signedOut(IDLE), { at: "/" })).toEqual({
      kind: "leave",
      to: "/login?reason=session_expired&cause=idle",
      ended: IDLE,
    });
  });

  it("holds a page with something typed in it when the session has ended, and only then", () => {
    const held = { seenUserId: ADA.id, hasUnsavedInput: true };
    expect(gate(signedOut(IDLE, ADA.id), held)).toEqual({ kind: "held" });
    expect(gate(signedOut(null, ADA.id), held)).toMatchObject({ kind: "leave" });
    expect(gate(signedOut(IDLE, ADA.id), { hasUnsavedInput: true })).toMatchObject({ kind: "leave" });
  });

  it("leads to the bare sign-in page whoever signed out", () => {
    for (const facts of [{}, { seenUserId: ADA.id }, { at: "/" }])
      expect(gate(signedOut(null, ADA.id), facts)).toEqual({ kind: "leave", to: "/login", ended: null });
    expect(gate(signedOut(), { seenUserId: ADA.id })).toEqual({ kind: "leave", to: "/login", ended: null });
  });

  it("asks at the start page whether there is an account yet, and elsewhere leads a stranger to sign in", () => {
    expect(gate(signedOut(), { at: "/" })).toEqual({ kind: "first_visit" });
    expect(gate(signedOut())).toEqual({
      kind: "leave",
      to: "/login?return_to=%2Faccount%2Fsecurity",
      ended: null,
    });
  });
});
