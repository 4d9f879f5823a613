import type { SessionState } from "@curfew/client";
import { expect, test } from "vitest";
import { passwordPrompt } from "../../src/reauthentication/use-password-prompt.js";
import { signedIn } from "../../testing/index.js";

const ADA = "ada@example.com";
const expired: SessionState = {
  status: "signed_out",
  ended: { code: "session_expired", reason: "idle", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
};
const signedOut: SessionState = { status: "signed_out", ended: null, user_id: "ada" };
const loading: SessionState = { status: "loading", reconnecting: true };
const unproven = signedIn({}, { needs_sign_in: true });
const ended = { kind: "ended", email: ADA, reason: "idle" };

test.each<[when: string, state: SessionState, isPending: boolean, hasUnsaved: boolean, expected: object]>([
  ["no call waits", signedIn(), false, false, { kind: "none" }],
  ["a form holds input in a live session", signedIn(), false, true, { kind: "none" }],
  ["a call waits", signedIn(), true, false, { kind: "confirm", email: ADA }],
  ["the server rejects the proof", unproven, false, false, { kind: "unproven", email: ADA }],
  ["the server rejects the proof while a call waits", unproven, true, true, { kind: "unproven", email: ADA }],
  ["the session ended and a form holds input", expired, false, true, ended],
  ["the session ended and no form holds input", expired, false, false, { kind: "none" }],
  ["the session ended while a call waits and no form holds input", expired, true, false, { kind: "none" }],
  ["the user signed out and a form holds input", signedOut, false, true, { kind: "none" }],
  ["the session is loading", loading, true, true, { kind: "none" }],
])("the prompt when %s", (_, state, isPending, hasUnsaved, expected) => {
  expect(passwordPrompt(state, isPending, hasUnsaved, ADA)).toEqual(expected);
});

test("there is no prompt for a session that this tab never had", () => {
  expect(passwordPrompt(expired, false, true, null)).toEqual({ kind: "none" });
});
