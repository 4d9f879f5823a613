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
const lost: SessionState = { ...signedOut, lost: true };
const loading: SessionState = { status: "loading", reconnecting: true };
const unproven = signedIn({}, { needs_sign_in: true });
type Request = Parameters<typeof passwordPrompt>[1];
const ended = { kind: "ended", email: ADA, reason: "idle" };

test.each<[when: string, state: SessionState, pending: Request, hasUnsaved: boolean, expected: object]>([
  ["no call waits", signedIn(), null, false, { kind: "none" }],
  ["a form holds input in a live session", signedIn(), null, true, { kind: "none" }],
  ["a call waits", signedIn(), "confirm", false, { kind: "confirm", email: ADA }],
  ["the user signs in again before the deadline", signedIn(), "renew", true, { kind: "renew", email: ADA }],
  ["the server rejects the proof", unproven, null, false, { kind: "unproven", email: ADA }],
  [
    "the server rejects the proof while a call waits",
    unproven,
    "confirm",
    true,
    { kind: "unproven", email: ADA },
  ],
  ["the session ended and a form holds input", expired, null, true, ended],
  ["nobody knows the session and a form holds input", lost, null, true, { ...ended, reason: "lost" }],
  ["nobody knows the session and no form holds input", lost, null, false, { kind: "none" }],
  ["the session ended and no form holds input", expired, null, false, { kind: "none" }],
  [
    "the session ended while a call waits and no form holds input",
    expired,
    "confirm",
    false,
    { kind: "none" },
  ],
  ["the user signed out and a form holds input", signedOut, null, true, { kind: "none" }],
  ["the session is loading", loading, "confirm", true, { kind: "none" }],
])("the prompt when %s", (_, state, pending, hasUnsaved, expected) => {
  expect(passwordPrompt(state, pending, hasUnsaved, ADA)).toEqual(expected);
});

test("there is no prompt for a session that this tab never had", () => {
  expect(passwordPrompt(expired, null, true, null)).toEqual({ kind: "none" });
});
