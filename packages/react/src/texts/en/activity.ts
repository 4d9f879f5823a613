import type { EndReason } from "@curfew/client";
import type { MinutesChange } from "../../activity/activity-fact.js";
import type { ActivityTexts } from "../../activity/activity-texts.js";
import { isOne } from "./is-one.js";

const somebody = (name: string | null): string => name ?? "Somebody";
const aMember = (name: string | null): string => name ?? "a member";
const sessions = (count: number | null): string =>
  count === null ? "" : isOne(count) ? " (1 session)" : ` (${count} sessions)`;
const times = (count: number): string => (isOne(count) ? "" : ` ${count} times`);
const on = (device: string | null): string => (device === null ? "" : ` on ${device}`);
const minutes = ({ from, to }: MinutesChange): string => `from ${from} to ${to} minutes`;
const role = { owner: "an owner", member: "a member" };
const ofMember = (name: string | null): string =>
  name === null ? "a member's session" : `a session of ${name}`;

const ends: Readonly<Partial<Record<EndReason, string>>> = {
  session_limit: "it was the longest unused of too many",
  password_changed: "the password was changed",
  user_disabled: "the person was disabled",
};

export const activity: ActivityTexts = {
  title: "Recent activity",
  type: "Type",
  allTypes: "Everything",
  types: {
    "account.created": "Account created",
    "user.signed_in": "Sign-ins",
    "user.sign_in_failed": "Failed sign-ins",
    "user.signed_out": "Sign-outs",
    "session.expired": "Sessions expired",
    "session.revoked": "One session ended",
    "sessions.revoked": "Many sessions ended",
    "session.token_reused": "Tokens used twice",
    "session.proof_failed": "Failed proofs",
    "policy.changed": "Policy changes",
    "member.invited": "Invitations",
    "member.joined": "Members joined",
    "member.role_changed": "Role changes",
    "member.disabled": "Members disabled",
    "member.enabled": "Members enabled",
    "password.changed": "Password changes",
  },
  sentences: {
    "account.created": ({ who, account }) => `${somebody(who)} created the account ${account}`,
    "user.signed_in": ({ who }) => `${somebody(who)} signed in`,
    "user.sign_in_failed": ({ email, count }) => `A sign-in as ${email} failed${times(count)}`,
    "user.signed_out": ({ who, device }) => `${somebody(who)} signed out${on(device)}`,
    "session.expired": ({ whose, reason }) =>
      reason === "idle"
        ? `${somebody(whose)} was signed out after too long without activity`
        : `${somebody(whose)} was signed out at the end of the session's time`,
    "session.revoked"({ who, whose, own, device, reason }) {
      if (own) return `${somebody(who)} ended a session of their own${on(device)}`;
      if (who !== null) return `${who} ended ${ofMember(whose)}${on(device)}`;
      const why = reason === null ? undefined : ends[reason];
      return `Curfew ended ${ofMember(whose)}${on(device)}${why === undefined ? "" : `: ${why}`}`;
    },
    "sessions.revoked"({ who, whose, own, scope, count }) {
      if (scope === "all") return `${somebody(who)} signed everyone out${sessions(count)}`;
      if (scope === "others") return `${somebody(who)} signed everyone else out${sessions(count)}`;
      if (own && scope === "user_others")
        return `${somebody(who)} signed out their other devices${sessions(count)}`;
      if (own) return `${somebody(who)} signed out on all of their devices${sessions(count)}`;
      return `${somebody(who)} signed ${aMember(whose)} out everywhere${sessions(count)}`;
    },
    "session.token_reused": ({ whose }) =>
      `Curfew ended ${ofMember(whose)}: its token was used twice, and may have been stolen`,
    "session.proof_failed": ({ whose, count }) =>
      `Curfew refused to renew ${ofMember(whose)}${times(count)}: the proof of its key was missing or wrong`,
    "policy.changed"({ who, idle, absolute, appliedNow }) {
      const changes = [];
      if (idle !== null) changes.push(`the idle timeout ${minutes(idle)}`);
      if (absolute !== null) changes.push(`the maximum session length ${minutes(absolute)}`);
      if (changes.length > 0)
        return `${somebody(who)} changed ${changes.join(" and ")}${appliedNow ? ", for open sessions too" : ""}`;
      return appliedNow
        ? `${somebody(who)} applied the policy to open sessions`
        : `${somebody(who)} saved the policy, with the same limits`;
    },
    "member.invited": (fact) => `${somebody(fact.who)} invited ${aMember(fact.whose)} as ${role[fact.role]}`,
    "member.joined": (fact) => `${somebody(fact.who)} joined as ${role[fact.role]}`,
    "member.role_changed": (fact) => `${somebody(fact.who)} made ${aMember(fact.whose)} ${role[fact.role]}`,
    "member.disabled": ({ who, whose }) => `${somebody(who)} disabled ${aMember(whose)}`,
    "member.enabled": ({ who, whose }) => `${somebody(who)} enabled ${aMember(whose)} again`,
    "password.changed": ({ who }) => `${somebody(who)} changed their password`,
  },
  download: "Download CSV",
  downloading: "Downloading…",
  empty: "Nothing has happened yet.",
  emptyOfType: "Nothing of this type has happened.",
};
