import type { PolicyFault, PresetName } from "@curfew/core/policy";
import type { BreakName } from "../working-day/working-day.js";

/** What a policy applied now would do to the sessions that are open. */
export interface PreviewCounts {
  readonly sessions: number;
  readonly ended: number;
  /** The caller's own session is among those that end. */
  readonly own: boolean;
}

/** People by name, and how many more there are. */
export interface PeopleNamed {
  readonly names: readonly string[];
  readonly more: number;
}

/** The words of the policy card. Durations and clock times come in as words of the same language. */
export interface PolicyTexts {
  readonly title: string;
  readonly presets: string;
  readonly preset: Readonly<Record<PresetName, string>>;
  limits(idle: string, absolute: string): string;
  readonly ownLimits: string;
  readonly idle: string;
  readonly absolute: string;
  fault(fault: PolicyFault): string;
  readonly nextLogin: string;
  readonly nextLoginAndNow: string;
  readonly applyNow: string;
  readonly save: string;
  readonly saving: string;
  readonly saved: string;
  readonly changedMeanwhile: string;
  readonly reload: string;

  readonly previewing: string;
  readonly noPreview: string;
  previewEnded(counts: PreviewCounts): string;
  previewShortened(count: number): string;
  previewPeople(people: PeopleNamed): string;

  readonly ownEnd: string;
  readonly ownEndText: string;
  readonly ownEndConfirm: string;

  readonly standards: string;
  supports(standard: string): string;
  supportsNot(standard: string): string;
  /** A published limit in words; null where the standard sets none. */
  standardLimits(idle: string | null, absolute: string | null): string;

  readonly day: string;
  readonly pauses: Readonly<Record<BreakName, string>>;
  /** The breaks' names as they stand in the picture. */
  readonly pauseLabels: Readonly<Record<BreakName, string>>;
  dayBegins(start: string, end: string): string;
  daySurvived(pauses: readonly string[]): string;
  dayEnded(pause: string, at: string): string;
  dayLimit(at: string): string;
  dayLimitAfterWork(at: string): string;
  dayLimitLater(duration: string): string;
}
