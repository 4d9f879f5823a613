import type { EndReason, EventType, ProblemDetails, RevokeScope } from "@curfew/client";
import type { PolicyFault, PresetName } from "@curfew/core/policy";
import type { ActivitySentences } from "../activity/activity-fact.js";

/**
 * All texts that the components show, in one language. A custom catalogue can extend a shipped one.
 *
 * @example const texts: Texts = { ...en, dialog: { cancel: "Never mind" } };
 */
export interface Texts {
  /** BCP 47 tag that formats numbers and times. */
  readonly locale: string;
  readonly activity: ActivityTexts;
  readonly deadlines: DeadlinesTexts;
  readonly dialog: DialogTexts;
  readonly loading: LoadingTexts;
  readonly notice: NoticeTexts;
  readonly password: PasswordTexts;
  readonly policy: PolicyTexts;
  readonly reauthentication: ReauthenticationTexts;
  readonly revoke: RevokeTexts;
  readonly search: SearchTexts;
  readonly sessions: SessionsTexts;
  readonly time: TimeTexts;
}

/** The audit trail. */
interface ActivityTexts {
  readonly title: string;
  readonly type: string;
  readonly allTypes: string;
  /** In the order in which the filter offers them. */
  readonly types: Readonly<Record<EventType, string>>;
  readonly sentences: ActivitySentences;
  readonly download: string;
  readonly downloading: string;
  readonly empty: string;
  readonly emptyOfFilters: string;
  /** The filter by person, and the button that ends it. */
  readonly person: string;
  readonly everybody: string;
  /** The first and the last day of the filter by dates. */
  readonly from: string;
  readonly to: string;
  readonly daysReversed: string;
}

/** The session strip. `at` is a clock time ('14:32', 'Tue 09:00'), `distance` a relative time ('in 4 minutes'). */
interface DeadlinesTexts {
  /** Describes the whole picture in full sentences. */
  description(times: {
    readonly started: string;
    readonly lastActive: string;
    readonly idle: { readonly at: string; readonly distance: string };
    readonly absolute: { readonly at: string; readonly distance: string };
  }): string;
  readonly now: string;
  readonly started: string;
  readonly lastActive: string;
  readonly idle: string;
  readonly absolute: string;
  /** The two deadlines below the small strip. */
  idleAt(at: string): string;
  absoluteAt(at: string): string;
}

interface DialogTexts {
  readonly cancel: string;
}

/** Texts around any request. */
interface LoadingTexts {
  readonly loading: string;
  readonly failed: string;
  readonly retry: string;
  readonly showMore: string;
  /** Explains why a request failed and what to do about it. */
  problem(code: ProblemDetails["code"]): string;
}

/** The expiry notice. `left` is the remaining time ('4 minutes'), `at` a clock time ('14:32'). */
interface NoticeTexts {
  /** The accessible name of the notice's region. */
  readonly name: string;
  /** The visible message, rendered again on every tick. */
  readonly message: Readonly<Record<"idle" | "absolute", (left: string) => string>>;
  at(at: string): string;
  /** Announced once when the notice appears. */
  readonly announcement: Readonly<Record<"idle" | "absolute", (at: string) => string>>;
  /** Announced once when the last minute begins. */
  readonly lastMinute: Readonly<Record<"idle" | "absolute", string>>;
  /** Shown after the deadline until the server answers. */
  readonly passed: string;
  readonly stay: string;
  readonly staying: string;
  /** `why` is a text of `loading.problem`. */
  stayFailed(why: string): string;
  readonly signIn: string;
  readonly dismiss: string;
}

/** The input of a password. */
interface PasswordTexts {
  readonly show: string;
  readonly hide: string;
  readonly capsLock: string;
}

/** Effect on the open sessions of applying a policy now. */
export interface PreviewCounts {
  readonly sessions: number;
  readonly ended: number;
  /** Whether the caller's own session ends too. */
  readonly includesOwn: boolean;
}

/** The first names of a list of users, and the number of users that are not named. */
export interface NamedUsers {
  readonly names: readonly string[];
  readonly more: number;
}

/** The breaks of the working day that illustrates a policy. */
export type BreakName = "coffee" | "lunch" | "meeting";

/** The policy card. Durations and clock times arrive formatted in the same language. */
export interface PolicyTexts {
  readonly title: string;
  readonly presets: string;
  readonly preset: Readonly<Record<PresetName, string>>;
  limits(idle: string, absolute: string): string;
  readonly customLimits: string;
  readonly idle: string;
  readonly absolute: string;
  fault(fault: PolicyFault): string;
  readonly nextLogin: string;
  readonly nextLoginAndNow: string;
  readonly applyNow: string;
  readonly save: string;
  readonly saving: string;
  readonly saved: string;
  /** Shown when the policy changed on the server while the form holds unsaved input. */
  readonly conflict: string;
  readonly reload: string;

  readonly previewing: string;
  readonly previewUnavailable: string;
  previewEnded(counts: PreviewCounts): string;
  previewShortened(count: number): string;
  previewUsers(users: NamedUsers): string;

  /** Confirmation dialog for a save that ends the caller's own session. */
  readonly ownSignOut: {
    readonly title: string;
    readonly text: string;
    readonly confirm: string;
  };

  readonly standards: string;
  supports(standard: string): string;
  supportsNot(standard: string): string;
  /** A published limit in words; null where the standard sets none. */
  standardLimits(idle: string | null, absolute: string | null): string;

  readonly day: string;
  readonly breaks: Readonly<Record<BreakName, string>>;
  /** Short names of the breaks, drawn in the picture. */
  readonly breakLabels: Readonly<Record<BreakName, string>>;
  dayBegins(start: string, end: string): string;
  daySurvived(breaks: readonly string[]): string;
  dayEnded(breakName: string, at: string): string;
  dayLimit(at: string): string;
  dayLimitAfterWork(at: string): string;
  dayLimitLater(duration: string): string;
}

/** The dialog that asks for the password in place. */
interface ReauthenticationTexts {
  readonly title: string;
  /** Before a call that loosens security. */
  readonly confirm: string;
  /** Before the session reaches its maximum length. */
  readonly renew: string;
  /** The server rejects this browser's DPoP proof. */
  readonly unproven: string;
  /** The session ended while a form held unsaved input; `why` is one of `endings`. */
  ended(why: string): string;
  /** `lost`: nobody has told why the session ended. */
  readonly endings: Readonly<Record<EndReason | "lost", string>>;
  signInAs(email: string): string;
  readonly password: string;
  readonly submit: string;
  readonly submitting: string;
  readonly wrongPassword: string;
}

/** What a bulk revocation ends. With scope `others`, the caller is not counted in `people`. */
export interface RevokeCounts {
  readonly sessions: number;
  readonly people: number;
}

/** The confirmation dialog of a bulk revocation, by scope. */
interface RevokeTexts {
  readonly title: Readonly<Record<RevokeScope, (counts: RevokeCounts) => string>>;
  readonly text: Readonly<Record<RevokeScope, (counts: RevokeCounts) => string>>;
  readonly confirm: Readonly<Record<RevokeScope, (counts: RevokeCounts) => string>>;
  readonly busy: string;
}

/** A field that searches among people. */
interface SearchTexts {
  readonly label: string;
  readonly hint: string;
  /** How many people are found; `hasMore`: as far as they are loaded. */
  found(count: number, hasMore: boolean): string;
  nobody(q: string): string;
}

/** The list of active sessions. */
export interface SessionsTexts {
  readonly title: string;
  /** `isOnlySelf`: the caller is the only user who is signed in. */
  signedInCount(people: number, isOnlySelf: boolean): string;
  readonly you: string;
  readonly neverSignedIn: string;
  signedIn(relative: string): string;
  lastActive(relative: string): string;
  /** Both places of a session whose newest use came from another address or program: `192.0.2.1`, `192.0.2.1 (curl)`. */
  seenElsewhere(signedIn: string, lastSeen: string): string;
  readonly sessionsOf: (name: string) => string;
  sessionCount(count: number): string;
  /** A device by the server's label, such as `Firefox on Linux`; null if it is unknown. */
  device(label: string | null): string;
  readonly thisDevice: string;
  readonly signOut: string;
  readonly signingOut: string;
  readonly signOutEverywhere: string;
  readonly signOutOthers: string;
  readonly signOutAll: string;
  readonly noneSignedIn: string;
  readonly noSessions: string;
}

/** Relative times below one minute. */
interface TimeTexts {
  readonly justNow: string;
  readonly withinAMinute: string;
}
