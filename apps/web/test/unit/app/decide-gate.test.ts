import type { SessionState } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { decideGate, type GateInput } from "../../../src/app/gate/decide-gate.js";
import { ADA, BEN, IDLE, LOADING, signedInAs, signedOut } from "./session-states.js";

const gate = (state: SessionState, input: Partial<GateInput> = {}) =>
  decideGate({ state, shownUserId: null, path: "/account/security", hasUnsavedInput: false, ...input });

describe("the gate", () => {
  it("waits while the session is loading, and tells what the trouble is", () => {
    expect(gate(LOADING)).toEqual({ kind: "waiting", trouble: "none" });
    const reconnecting = { status: "loading", reconnecting: true } as const;
    expect(gate(reconnecting)).toEqual({ kind: "waiting", trouble: "server" });
    expect(gate({ ...reconnecting, storage_trouble: true })).toEqual({ kind: "waiting", trouble: "storage" });
  });

  it("sends a user whose browser lost the session to the sign-in page with these words, from any page", () => {
    for (const path of ["/", "/account/security"])
      for (const shownUserId of [null, ADA.id])
        expect(
          gate({ ...signedOut(null, shownUserId), lost: true } as SessionState, { path, shownUserId }),
        ).toEqual({
          kind: "redirect",
          to: path === "/" ? "/login" : "/login?return_to=%2Faccount%2Fsecurity",
          ended: null,
          lost: true,
        });
  });

  it("is open to a signed-in user, also during an outage", () => {
    expect(gate(signedInAs(ADA))).toEqual({ kind: "open" });
    expect(gate(signedInAs(ADA), { shownUserId: ADA.id })).toEqual({ kind: "open" });
    const troubled = { ...signedInAs(ADA), reconnecting: true, needs_sign_in: true } as SessionState;
    expect(gate(troubled, { shownUserId: ADA.id })).toEqual({ kind: "open" });
  });

  it("covers the page once a deadline has passed, until the server has answered", () => {
    const signedIn = signedInAs(ADA) as Extract<SessionState, { status: "signed_in" }>;
    const passed = { ...signedIn, expiry: { ...signedIn.expiry, warning: "now" } } as const;
    for (const hasUnsavedInput of [false, true])
      expect(gate(passed, { shownUserId: ADA.id, hasUnsavedInput })).toEqual({
        kind: "over",
        trouble: "none",
      });
    expect(gate({ ...passed, reconnecting: true }, { shownUserId: ADA.id })).toEqual({
      kind: "over",
      trouble: "server",
    });
    expect(gate(passed, { shownUserId: BEN.id })).toEqual({ kind: "other_user" });
  });

  it("reports that another user has signed in", () => {
    expect(gate(signedInAs(BEN), { shownUserId: ADA.id })).toEqual({ kind: "other_user" });
    expect(gate(signedInAs(BEN), { shownUserId: ADA.id, hasUnsavedInput: true })).toEqual({
      kind: "other_user",
    });
  });

  it("redirects an ended session to the sign-in page, with the reason and the path to return to", () => {
    expect(gate(signedOut(IDLE, ADA.id), { shownUserId: ADA.id })).toEqual({
      kind: "redirect",
      to: "/login?reason=session_expired&cause=idle&return_to=%2Faccount%2Fsecurity",
      ended: IDLE,
    });
  });

  it("redirects with the reason if the session ended while no page was open", () => {
    expect(gate(signedOut(IDLE), { path: "/" })).toEqual({
      kind: "redirect",
      to: "/login?reason=session_expired&cause=idle",
      ended: IDLE,
    });
  });

  it("holds a page with unsaved input when its session has ended", () => {
    const held = { shownUserId: ADA.id, hasUnsavedInput: true };
    expect(gate(signedOut(IDLE, ADA.id), held)).toEqual({ kind: "held" });
    expect(gate({ ...signedOut(null, ADA.id), lost: true } as SessionState, held)).toEqual({ kind: "held" });
    expect(gate(signedOut(null, ADA.id), held)).toMatchObject({ kind: "redirect" });
    expect(gate(signedOut(IDLE, ADA.id), { hasUnsavedInput: true })).toMatchObject({ kind: "redirect" });
  });

  it("redirects to the sign-in page without a reason after a sign-out", () => {
    for (const input of [{}, { shownUserId: ADA.id }, { path: "/" }])
      expect(gate(signedOut(null, ADA.id), input)).toEqual({ kind: "redirect", to: "/login", ended: null });
    expect(gate(signedOut(), { shownUserId: ADA.id })).toEqual({
      kind: "redirect",
      to: "/login",
      ended: null,
    });
  });

  it("checks for a first visit at the home page, and redirects other visitors to the sign-in page", () => {
    expect(gate(signedOut(), { path: "/" })).toEqual({ kind: "first_visit" });
    expect(gate(signedOut())).toEqual({
      kind: "redirect",
      to: "/login?return_to=%2Faccount%2Fsecurity",
      ended: null,
    });
  });
});
