/** The words for times that no number tells. */
export interface TimeTexts {
  readonly justNow: string;
  /** To come, in less than a minute. */
  readonly withinAMinute: string;
}
