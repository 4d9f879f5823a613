import type { SessionState } from "@curfew/client";
import { expect, test } from "vitest";
import { occasionOf } from "../../src/reauthentication/occasion.js";
import { signedIn } from "../../testing/index.js";

const ADA = "ada@example.com";
const ended: SessionState = {
  status: "signed_out",
  ended: { code: "session_expired", reason: "idle", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
};
const left: SessionState = { status: "signed_out", ended: null, user_id: "ada" };
const loading: SessionState = { status: "loading", reconnecting: true };
const unproven = signedIn({}, { needs_sign_in: true });

test.each<[why: string, state: SessionState, isAsked: boolean, hasUnsaved: boolean, expected: object]>([
  ["nobody asks", signedIn(), false, false, { kind: "none" }],
  ["something is typed while the session goes on", signedIn(), false, true, { kind: "none" }],
  ["a call waits", signedIn(), true, false, { kind: "confirm", email: ADA }],
  ["the server takes no proof", unproven, false, false, { kind: "unproven", email: ADA }],
  ["the server takes no proof while a call waits", unproven, true, true, { kind: "unproven", email: ADA }],
  ["the session ended under a form", ended, false, true, { kind: "ended", email: ADA, reason: "idle" }],
  ["the session ended and nothing is typed", ended, false, false, { kind: "none" }],
  ["a call waits when the session ends and nothing is typed", ended, true, false, { kind: "none" }],
  ["the person signed out under a form", left, false, true, { kind: "none" }],
  ["nothing is known yet", loading, true, true, { kind: "none" }],
])("where %s, the dialog knows what to do", (_, state, isAsked, hasUnsaved, expected) => {
  expect(occasionOf(state, isAsked, hasUnsaved, ADA)).toEqual(expected);
});

test("nobody is asked for the password of a session that this tab never had", () => {
  expect(occasionOf(ended, false, true, null)).toEqual({ kind: "none" });
});
