import type { PolicyTexts } from "../../policy/policy-texts.js";
import { isOne } from "./is-one.js";

const listed = (names: readonly string[]): string => new Intl.ListFormat("en-GB").format(names);
const sessions = (count: number): string => (isOne(count) ? "1 open session" : `${count} open sessions`);

export const policy: PolicyTexts = {
  title: "Policy",
  presets: "Session policy",
  preset: { strict: "Strict", standard: "Standard", custom: "Custom" },
  limits: (idle, absolute) => `Signed out after ${idle} without activity, and after ${absolute} in any case`,
  ownLimits: "Limits of your own",
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
  changedMeanwhile: "Somebody else has changed the policy. What you typed is not saved.",
  reload: "Reload",

  previewing: "Counting the sessions that this would end…",
  noPreview: "What this would do can't be told right now.",
  previewEnded({ sessions: all, ended, own }) {
    if (all === 0) return "No sessions are open.";
    if (ended === 0) return `None of ${sessions(all)} ends now.`;
    const verb = isOne(ended) ? "ends" : "end";
    if (!own) return `${ended} of ${sessions(all)} ${verb} now.`;
    return `${ended} of ${sessions(all)} ${verb} now, ${isOne(ended) ? "and it is yours" : "yours among them"}.`;
  },
  previewShortened: (count) => (isOne(count) ? "1 is shortened." : `${count} are shortened.`),
  previewPeople({ names, more }) {
    const people = more === 0 ? names : [...names, `${more} more ${isOne(more) ? "person" : "people"}`];
    return `Signed out: ${listed(people)}.`;
  },

  ownEnd: "Sign yourself out too?",
  ownEndText: "Your own session is among those that end. You will have to sign in again.",
  ownEndConfirm: "Save and sign me out",

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
  pauses: { coffee: "the coffee break", lunch: "lunch", meeting: "the meeting" },
  pauseLabels: { coffee: "Coffee", lunch: "Lunch", meeting: "Meeting" },
  dayBegins: (start, end) => `A working day from ${start} to ${end}.`,
  daySurvived: (pauses) => `The session survives ${listed(pauses)}.`,
  dayEnded: (pause, at) => `${pause[0]?.toUpperCase()}${pause.slice(1)} ends it at ${at}.`,
  dayLimit: (at) => `Its limit falls within the day, at ${at}.`,
  dayLimitAfterWork: (at) => `Its limit falls after work, at ${at}.`,
  dayLimitLater: (duration) => `Its limit falls on a later day, after ${duration}.`,
};
