import type { AuditEvent, EventType } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { activityFact, activitySentence } from "../../src/activity/activity-fact.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";

const ada = { id: "u1", name: "Ada", email: "ada@example.com" };
const names = new Map([
  ["u1", "Ada"],
  ["u2", "Grace"],
]);
const nameOf = (id: string) => names.get(id) ?? null;

const event = (
  type: EventType,
  details: AuditEvent["details"] = {},
  actor: AuditEvent["actor"] = ada,
): AuditEvent => ({
  id: "e1",
  at: "2026-03-01T10:00:00.000Z",
  type,
  actor,
  session_id: null,
  ip: null,
  details,
});
const sentence = (...row: Parameters<typeof event>) =>
  activitySentence(activityFact(event(...row), nameOf), en.activity.sentences);
const limits = (idle: number, absolute: number) => ({
  idle_minutes: null,
  absolute_minutes: null,
  effective_idle_minutes: idle,
  effective_absolute_minutes: absolute,
});
const policyChange = (before: [number, number], after: [number, number], apply = "next_login") =>
  sentence("policy.changed", { before: limits(...before), after: limits(...after), apply });

describe("audit event sentences", () => {
  it("name the changes of the effective limits", () => {
    expect(policyChange([60, 1440], [15, 1440])).toBe("Ada changed the idle timeout from 60 to 15 minutes");
    expect(policyChange([60, 1440], [15, 720])).toBe(
      "Ada changed the idle timeout from 60 to 15 minutes and the maximum session length from 1440 to 720 minutes",
    );
    expect(policyChange([60, 1440], [60, 720], "now")).toBe(
      "Ada changed the maximum session length from 1440 to 720 minutes, for open sessions too",
    );
    expect(policyChange([60, 1440], [60, 1440], "now")).toBe("Ada applied the policy to open sessions");
    expect(policyChange([60, 1440], [60, 1440])).toBe("Ada saved the policy, with the same limits");
  });

  it.each<[EventType, AuditEvent["details"], AuditEvent["actor"], string]>([
    ["account.created", { name: "Acme" }, ada, "Ada created the account Acme"],
    ["user.signed_in", {}, ada, "Ada signed in"],
    ["user.sign_in_failed", { email: "a@b.c", count: 1 }, null, "A sign-in as a@b.c failed"],
    ["user.sign_in_failed", { email: "a@b.c", count: 7 }, null, "A sign-in as a@b.c failed 7 times"],
    ["user.sign_in_failed", { email: null, user_id: "gone", count: 2 }, null, "A sign-in failed 2 times"],
    ["user.signed_out", { device: "Firefox on Linux" }, ada, "Ada signed out on Firefox on Linux"],
    ["user.signed_out", { device: null }, ada, "Ada signed out"],
    [
      "session.expired",
      { user_id: "u2", reason: "idle" },
      null,
      "Grace was signed out after too long without activity",
    ],
    [
      "session.expired",
      { user_id: "u2", reason: "absolute" },
      null,
      "Grace was signed out at the end of the session's time",
    ],
    ["session.revoked", { user_id: "u2", device: "curl" }, ada, "Ada ended a session of Grace on curl"],
    ["session.revoked", { user_id: "u1" }, ada, "Ada ended a session of their own"],
    [
      "session.revoked",
      { user_id: "u2", reason: "session_limit" },
      null,
      "Curfew ended a session of Grace: too many were open, and it was unused for longest",
    ],
    ["sessions.revoked", { scope: "all", count: 37 }, ada, "Ada signed everyone out (37 sessions)"],
    ["sessions.revoked", { scope: "others", count: 1 }, ada, "Ada signed everyone else out (1 session)"],
    [
      "sessions.revoked",
      { scope: "user", user_id: "u2", count: 2 },
      ada,
      "Ada signed Grace out everywhere (2 sessions)",
    ],
    [
      "sessions.revoked",
      { scope: "user_others", user_id: "u1", count: 3 },
      ada,
      "Ada signed out their other devices (3 sessions)",
    ],
    ["sessions.revoked", { scope: "user", user_id: "u1" }, ada, "Ada signed out on all of their devices"],
    [
      "session.token_reused",
      { user_id: "u2" },
      null,
      "Curfew ended a session of Grace: its token was used twice, and may have been stolen",
    ],
    [
      "session.proof_failed",
      { user_id: "u2", count: 3 },
      null,
      "Curfew refused to renew a session of Grace 3 times: the proof of its key was missing or wrong",
    ],
    [
      "session.token_shared",
      { user_id: "u2", device: null },
      null,
      "Curfew saw a session of Grace used from two networks at once: its token may have been stolen",
    ],
    [
      "session.device_changed",
      { user_id: "u2", before: "Firefox on Linux", after: "curl" },
      null,
      "Curfew saw a session of Grace move from Firefox on Linux to curl",
    ],
    ["member.invited", { name: "Alan", role: "owner" }, ada, "Ada invited Alan as an owner"],
    ["member.joined", { role: "member" }, ada, "Ada joined as a member"],
    ["member.role_changed", { user_id: "u2", after: "owner" }, ada, "Ada made Grace an owner"],
    ["member.disabled", { user_id: "u2", count: 1 }, ada, "Ada disabled Grace"],
    ["member.enabled", { user_id: "u2" }, ada, "Ada enabled Grace again"],
    ["member.invitation_withdrawn", { name: "Alan" }, ada, "Ada withdrew the invitation of Alan"],
    ["member.invitation_withdrawn", { user_id: "u9" }, ada, "Ada withdrew the invitation of a member"],
    [
      "member.invited",
      { name: "Deleted user", email: null, role: "member" },
      ada,
      "Ada invited Deleted user as a member",
    ],
    ["member.role_changed", { user_id: "u9", after: "member" }, ada, "Ada made a person a member"],
    ["member.deleted", { user_id: "u9" }, ada, "Ada deleted a person and their data"],
    // Of a person whose name another event tells.
    ["member.deleted", { user_id: "u2" }, ada, "Ada deleted a person and their data"],
    ["member.deleted", { user_id: "u1" }, ada, "Ada deleted their own account"],
    ["password.changed", {}, ada, "Ada changed their password"],
    ["password.changed", { by_link: true }, ada, "Ada chose a new password by a link"],
    ["password.link_made", { user_id: "u2" }, ada, "Ada made a link to a new password for Grace"],
    ["password.link_made", { user_id: "u1" }, ada, "Ada made a link to a new password of their own"],
    [
      "password.link_made",
      { user_id: "u2" },
      null,
      "The service's operator made a link to a new password for Grace",
    ],
    [
      "user.changed",
      { user_id: "u1", before: { name: "Ada", email: "a@b.c" }, after: { name: "Ada K", email: "k@b.c" } },
      ada,
      "Ada changed their name from Ada to Ada K and their e-mail from a@b.c to k@b.c",
    ],
    [
      "account.renamed",
      { before: "Acme", after: "Acme Ltd" },
      ada,
      "Ada renamed the account from Acme to Acme Ltd",
    ],
    ["account.renamed", { before: null, after: null }, ada, "Ada renamed the account"],
    [
      "user.changed",
      { before: { name: "Deleted user" }, after: { name: "Deleted user" } },
      { id: "gone", name: "Deleted user", email: "" },
      "Deleted user changed their name or e-mail",
    ],
  ])("describe %s with details %j", (type, details, actor, expected) => {
    expect(sentence(type, details, actor)).toBe(expected);
  });

  it("omit unknown names and details", () => {
    expect(sentence("session.revoked", { user_id: "gone" })).toBe("Ada ended a member's session");
    expect(sentence("sessions.revoked", { scope: "user", user_id: "gone" })).toBe(
      "Ada signed a member out everywhere",
    );
    expect(sentence("policy.changed", { before: 7, after: null }, null)).toBe(
      "Somebody saved the policy, with the same limits",
    );
  });

  it.each(Object.keys(en.activity.types) as EventType[])(
    "differ between German and English for %s",
    (type) => {
      const fact = activityFact(event(type, { user_id: "u2", email: "a@b.c", name: "Acme" }), nameOf);
      expect(activitySentence(fact, de.activity.sentences)).not.toBe(
        activitySentence(fact, en.activity.sentences),
      );
      expect(de.activity.types[type]).not.toBe(en.activity.types[type]);
    },
  );
});
