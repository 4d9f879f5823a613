import type { EndReason } from "@curfew/client";
import type { MinutesChange } from "../activity/activity-fact.js";
import type { RevokeCounts, Texts } from "./texts.js";

const isOne = (count: number): boolean => count === 1;
const list = (items: readonly string[]): string => new Intl.ListFormat("en-GB").format(items);

const sessionCount = (count: number): string => (isOne(count) ? "1 session" : `${count} sessions`);
const openSessions = (count: number): string => (isOne(count) ? "1 open session" : `${count} open sessions`);
const personCount = (count: number): string => (isOne(count) ? "1 person" : `${count} people`);
const otherPersonCount = (count: number): string =>
  isOne(count) ? "1 other person" : `${count} other people`;
const counted = ({ sessions, people }: RevokeCounts): string =>
  `${sessionCount(sessions)}, ${personCount(people)}`;

const actorName = (name: string | null): string => name ?? "Somebody";
const aMember = (name: string | null): string => name ?? "a member";
const sessionOf = (name: string | null): string =>
  name === null ? "a member's session" : `a session of ${name}`;
const onDevice = (device: string | null): string => (device === null ? "" : ` on ${device}`);
const countSuffix = (count: number | null): string => (count === null ? "" : ` (${sessionCount(count)})`);
const timesSuffix = (count: number | null): string =>
  count === null || isOne(count) ? "" : ` ${count} times`;
const minutesChange = ({ from, to }: MinutesChange): string => `from ${from} to ${to} minutes`;
const roleNames = { owner: "an owner", member: "a member" };

/** Reasons for which Curfew itself ends a session; the other reasons need no explanation in the trail. */
const endReasons: Readonly<Partial<Record<EndReason, string>>> = {
  session_limit: "too many were open, and it was unused for longest",
  password_changed: "the password was changed",
  user_disabled: "the person was disabled",
};

/** The English catalogue. */
export const en: Texts = {
  locale: "en-GB",

  activity: {
    title: "Recent activity",
    type: "Type",
    allTypes: "Everything",
    types: {
      "policy.changed": "Policy changes",
      "session.revoked": "One session ended",
      "sessions.revoked": "Many sessions ended",
      "session.expired": "Sessions expired",
      "session.token_reused": "Tokens used twice",
      "session.token_shared": "Tokens used from two networks",
      "session.device_changed": "Sessions on another device",
      "session.proof_failed": "Failed proofs",
      "session.adopted": "Sessions taken over",
      "sessions.imported": "Imports of sessions",
      "user.signed_in": "Sign-ins",
      "user.sign_in_failed": "Failed sign-ins",
      "user.signed_out": "Sign-outs",
      "password.changed": "Password changes",
      "password.link_made": "Links to new passwords",
      "member.invited": "Invitations",
      "member.invitation_withdrawn": "Withdrawn invitations",
      "member.joined": "Members joined",
      "member.role_changed": "Role changes",
      "member.disabled": "Members disabled",
      "member.enabled": "Members enabled",
      "member.deleted": "Members deleted",
      "user.changed": "Changed names and e-mails",
      "account.renamed": "New names of the account",
      "account.created": "Account created",
    },
    sentences: {
      "account.created": ({ actor, account }) => `${actorName(actor)} created the account ${account}`,
      "user.signed_in": ({ actor }) => `${actorName(actor)} signed in`,
      "user.sign_in_failed": ({ email, count }) =>
        `A sign-in ${email === null ? "" : `as ${email} `}failed${timesSuffix(count)}`,
      "user.signed_out": ({ actor, device }) => `${actorName(actor)} signed out${onDevice(device)}`,
      "session.expired": ({ target, reason }) =>
        reason === "absolute"
          ? `${actorName(target)} was signed out at the end of the session's time`
          : `${actorName(target)} was signed out after too long without activity`,
      "session.revoked"({ actor, target, isSelf, device, reason }) {
        if (isSelf) return `${actorName(actor)} ended a session of their own${onDevice(device)}`;
        if (actor !== null) return `${actor} ended ${sessionOf(target)}${onDevice(device)}`;
        const why = reason === null ? undefined : endReasons[reason];
        return `Curfew ended ${sessionOf(target)}${onDevice(device)}${why === undefined ? "" : `: ${why}`}`;
      },
      "sessions.revoked"({ actor, target, isSelf, scope, count }) {
        if (scope === "all") return `${actorName(actor)} signed everyone out${countSuffix(count)}`;
        if (scope === "others") return `${actorName(actor)} signed everyone else out${countSuffix(count)}`;
        if (isSelf && scope === "user_others")
          return `${actorName(actor)} signed out their other devices${countSuffix(count)}`;
        if (isSelf) return `${actorName(actor)} signed out on all of their devices${countSuffix(count)}`;
        return `${actorName(actor)} signed ${aMember(target)} out everywhere${countSuffix(count)}`;
      },
      "session.token_reused": ({ target }) =>
        `Curfew ended ${sessionOf(target)}: its token was used twice, and may have been stolen`,
      "session.proof_failed": ({ target, count }) =>
        `Curfew refused to renew ${sessionOf(target)}${timesSuffix(count)}: the proof of its key was missing or wrong`,
      "session.token_shared": ({ target }) =>
        `Curfew saw ${sessionOf(target)} used from two networks at once: its token may have been stolen`,
      "session.device_changed": ({ target, before, after }) =>
        `Curfew saw ${sessionOf(target)} move from ${before ?? "one device"} to ${after ?? "another"}`,
      "session.adopted": ({ actor }) =>
        `Curfew took over a session that ${actorName(actor)} had begun before`,
      "sessions.imported": ({ opened, ended }) =>
        `Curfew took over ${opened === 1 ? "1 session" : `${opened} sessions`} in an import${ended === 0 ? "" : `; ${ended} had ended`}`,
      "policy.changed"({ actor, idle, absolute, appliedNow }) {
        const changes = [];
        if (idle !== null) changes.push(`the idle timeout ${minutesChange(idle)}`);
        if (absolute !== null) changes.push(`the maximum session length ${minutesChange(absolute)}`);
        if (changes.length > 0)
          return `${actorName(actor)} changed ${changes.join(" and ")}${appliedNow ? ", for open sessions too" : ""}`;
        return appliedNow
          ? `${actorName(actor)} applied the policy to open sessions`
          : `${actorName(actor)} saved the policy, with the same limits`;
      },
      "member.invited": (fact) =>
        `${actorName(fact.actor)} invited ${aMember(fact.target)} as ${roleNames[fact.role]}`,
      "member.joined": (fact) => `${actorName(fact.actor)} joined as ${roleNames[fact.role]}`,
      "member.role_changed": (fact) =>
        `${actorName(fact.actor)} made ${fact.target ?? "a person"} ${roleNames[fact.role]}`,
      "member.disabled": ({ actor, target }) => `${actorName(actor)} disabled ${aMember(target)}`,
      "member.enabled": ({ actor, target }) => `${actorName(actor)} enabled ${aMember(target)} again`,
      "member.deleted": ({ actor, isSelf }) =>
        `${actorName(actor)} deleted ${isSelf ? "their own account" : "a person and their data"}`,
      "member.invitation_withdrawn": ({ actor, target }) =>
        `${actorName(actor)} withdrew the invitation of ${aMember(target)}`,
      "password.changed": ({ actor, isByLink }) =>
        isByLink
          ? `${actorName(actor)} chose a new password by a link`
          : `${actorName(actor)} changed their password`,
      "password.link_made"({ actor, target, isSelf }) {
        if (isSelf) return `${actorName(actor)} made a link to a new password of their own`;
        const maker = actor ?? "The service's operator";
        return `${maker} made a link to a new password for ${aMember(target)}`;
      },
      "user.changed"({ actor, nameChange, emailChange }) {
        const changes = [];
        if (nameChange !== null) changes.push(`their name from ${nameChange.from} to ${nameChange.to}`);
        if (emailChange !== null) changes.push(`their e-mail from ${emailChange.from} to ${emailChange.to}`);
        return `${actorName(actor)} changed ${changes.join(" and ") || "their name or e-mail"}`;
      },
      "account.renamed": ({ actor, before, after }) =>
        `${actorName(actor)} renamed the account${before === null || after === null ? "" : ` from ${before} to ${after}`}`,
    },
    download: "Download CSV",
    downloading: "Downloading…",
    empty: "Nothing has happened yet.",
    emptyOfFilters: "Nothing matches these filters.",
    person: "Person",
    everybody: "Show everybody",
    from: "From",
    to: "To",
    daysReversed: "The first day is after the last.",
  },

  deadlines: {
    description: ({ started, lastActive, idle, absolute }) =>
      `Signed in at ${started}, last active at ${lastActive}. Without activity the session ends ${idle.distance} (${idle.at}), and in any case ${absolute.distance} (${absolute.at}).`,
    now: "now",
    started: "Signed in",
    lastActive: "Last active",
    idle: "Ends if inactive",
    absolute: "Ends in any case",
    idleAt: (at) => `Ends if inactive ${at}`,
    absoluteAt: (at) => `in any case ${at}`,
  },

  dialog: { cancel: "Cancel" },

  loading: {
    loading: "Loading…",
    failed: "This could not be loaded.",
    retry: "Try again",
    showMore: "Show more",
    problem(code) {
      switch (code) {
        case "unreachable":
          return "The server can't be reached. Check your connection and try again.";
        case "proof_unavailable":
          return "This browser does not provide the key that protects a session. Allow this site to store data, leave private browsing or use another browser, and try again.";
        case "unavailable":
        case "internal_error":
          return "The server is in trouble right now. Try again in a moment.";
        case "rate_limited":
          return "That was too often. Try again in a moment.";
        case "reauthentication_required":
          return "Not done: this needs your password once more.";
        case "forbidden":
          return "Only an owner can do this.";
        case "not_found":
          return "This does not exist any more.";
        default:
          return "That did not work. Try again.";
      }
    },
  },

  notice: {
    name: "End of session",
    message: {
      idle: (left) => `You'll be signed out in ${left} because you've been inactive.`,
      absolute: (left) => `Your session ends in ${left}. Sign in again to carry on.`,
    },
    at: (at) => `at ${at}`,
    announcement: {
      idle: (at) => `You've been inactive. At ${at} you'll be signed out, unless you choose to stay.`,
      absolute: (at) => `At ${at} your session ends. Sign in again to carry on.`,
    },
    lastMinute: {
      idle: "Less than a minute until you're signed out.",
      absolute: "Less than a minute until your session ends.",
    },
    passed: "Your time is up. Checking with the server…",
    stay: "Stay signed in",
    staying: "Staying signed in…",
    stayFailed: (why) => `You could not be kept signed in. ${why}`,
    signIn: "Sign in now",
    dismiss: "Dismiss",
  },

  password: { show: "Show password", hide: "Hide password", capsLock: "Caps Lock is on." },

  policy: {
    title: "Policy",
    presets: "Session policy",
    preset: { strict: "Strict", standard: "Standard", custom: "Custom" },
    limits: (idle, absolute) =>
      `Signed out after ${idle} without activity, and after ${absolute} in any case`,
    customLimits: "Limits of your own",
    idle: "Idle timeout (minutes)",
    absolute: "Maximum session length (minutes)",
    fault(fault) {
      switch (fault.code) {
        case "wrong_type":
          return "Enter a whole number of minutes.";
        case "out_of_range":
          return `Enter a number from ${fault.min} to ${fault.max}.`;
        case "idle_exceeds_absolute":
          return "The idle timeout can't be longer than the maximum session length.";
      }
    },
    nextLogin:
      "The policy applies at next login. Sessions that are open now keep the limits they started with.",
    nextLoginAndNow:
      "The policy applies at next login, and now to sessions that are open: each takes the shorter of its own limits and these.",
    applyNow: "Also shorten sessions that are open now",
    save: "Save policy",
    saving: "Saving…",
    saved: "Saved",
    conflict: "Somebody else has changed the policy. What you typed is not saved.",
    reload: "Reload",

    previewing: "Counting the sessions that this would end…",
    previewUnavailable: "What this would do can't be told right now.",
    previewEnded({ sessions, ended, includesOwn }) {
      if (sessions === 0) return "No sessions are open.";
      if (ended === 0) return `None of ${openSessions(sessions)} ends now.`;
      const verb = isOne(ended) ? "ends" : "end";
      if (!includesOwn) return `${ended} of ${openSessions(sessions)} ${verb} now.`;
      return `${ended} of ${openSessions(sessions)} ${verb} now, ${isOne(ended) ? "and it is yours" : "yours among them"}.`;
    },
    previewShortened: (count) => (isOne(count) ? "1 is shortened." : `${count} are shortened.`),
    previewUsers({ names, more }) {
      const people = more === 0 ? names : [...names, `${more} more ${isOne(more) ? "person" : "people"}`];
      return `Signed out: ${list(people)}.`;
    },

    ownSignOut: {
      title: "Sign yourself out too?",
      text: "Your own session is among those that end. You will have to sign in again.",
      confirm: "Save and sign me out",
    },

    standards: "What these limits support",
    supports: (standard) => `Supports ${standard}`,
    supportsNot: (standard) => `Does not support ${standard}`,
    standardLimits(idle, absolute) {
      const limits = [];
      if (idle !== null) limits.push(`at most ${idle} idle`);
      if (absolute !== null) limits.push(`at most ${absolute} in all`);
      return limits.join(", ");
    },

    day: "A working day",
    breaks: { coffee: "the coffee break", lunch: "lunch", meeting: "the meeting" },
    breakLabels: { coffee: "Coffee", lunch: "Lunch", meeting: "Meeting" },
    dayBegins: (start, end) => `A working day from ${start} to ${end}.`,
    daySurvived: (breaks) => `The session survives ${list(breaks)}.`,
    dayEnded: (breakName, at) => `${breakName[0]?.toUpperCase()}${breakName.slice(1)} ends it at ${at}.`,
    dayLimit: (at) => `Its limit falls within the day, at ${at}.`,
    dayLimitAfterWork: (at) => `Its limit falls after work, at ${at}.`,
    dayLimitLater: (duration) => `Its limit falls on a later day, after ${duration}.`,
  },

  reauthentication: {
    title: "Confirm it's you",
    confirm: "This change makes the account less strict, so confirm once more that it's you.",
    renew: "Your session is about to end. Confirm that it's you to carry on.",
    unproven: "The server no longer recognises this browser. Confirm that it's you to carry on.",
    ended: (why) =>
      `${why} What you typed is still here: confirm that it's you to carry on. Cancel leaves it and takes you to the sign-in page.`,
    endings: {
      lost: "You are no longer signed in: you signed out in another tab, or this browser has lost your session.",
      idle: "Your session ended because you were inactive.",
      absolute: "Your session reached its maximum length.",
      signed_out: "You signed out in another tab.",
      revoked_by_owner: "An owner of the account ended your session.",
      revoked_by_user: "You ended this session from another device.",
      token_reused: "Your session was ended because its token was used twice.",
      password_changed: "Your password was changed.",
      user_disabled: "Your access was disabled.",
      user_deleted: "Your access was deleted.",
      account_deleted: "The account was deleted.",
      session_limit: "Your session ended because you signed in on too many devices.",
    },
    signInAs: (email) => `You sign in as ${email}.`,
    password: "Password",
    submit: "Confirm",
    submitting: "Confirming…",
    wrongPassword: "That password is not right.",
  },

  revoke: {
    title: {
      others: (counts) => `Sign out everyone except me: ${counted(counts)}`,
      all: (counts) => `Sign me out and everyone else: ${counted(counts)}`,
    },
    text: {
      others: (counts) =>
        `This ends ${sessionCount(counts.sessions)} at once: those of ${otherPersonCount(counts.people)}, and any on your own other devices. Only this device stays signed in.`,
      all: (counts) =>
        `This ends every session of the account at once: ${sessionCount(counts.sessions)} of ${personCount(counts.people)}, yours among them. You will have to sign in again.`,
    },
    confirm: {
      others: (counts) => `Sign out everyone else (${counted(counts)})`,
      all: (counts) => `Sign out all, me too (${counted(counts)})`,
    },
    busy: "Signing out…",
  },

  search: {
    label: "Search",
    hint: "Name or e-mail",
    found: (count, hasMore) => `${personCount(count)} found${hasMore ? " so far" : ""}.`,
    nobody: (q) => `Nobody here has “${q}” in their name or e-mail.`,
  },

  sessions: {
    title: "Active sessions",
    signedInCount(people, isOnlySelf) {
      if (!isOne(people)) return `${people} people are signed in.`;
      return isOnlySelf ? "Only you are signed in." : "1 person is signed in.";
    },
    you: "(you)",
    neverSignedIn: "never signed in",
    signedIn: (relative) => `signed in ${relative}`,
    lastActive: (relative) => `last active ${relative}`,
    seenElsewhere: (signedIn, lastSeen) => `signed in from ${signedIn}, last seen at ${lastSeen}`,
    sessionsOf: (name) => `Sessions of ${name}`,
    sessionCount,
    device: (label) => label ?? "Unknown device",
    thisDevice: "This device",
    signOut: "Sign out",
    signingOut: "Signing out…",
    signOutEverywhere: "Sign out everywhere",
    signOutOthers: "Sign out everyone except me",
    signOutAll: "Sign me out and everyone else",
    noneSignedIn: "Nobody is signed in.",
    noSessions: "No session is open any more.",
  },

  time: { justNow: "just now", withinAMinute: "in less than a minute" },
};
