/** The words of the expiry notice. `left` is the time left ('4 minutes'), `at` a clock time ('14:32'). */
export interface NoticeTexts {
  /** What the notice is called where a screen reader lists the page's parts. */
  readonly name: string;
  /** What the notice says, and goes on saying as the time runs out. */
  readonly words: Readonly<Record<"idle" | "absolute", (left: string) => string>>;
  at(at: string): string;
  /** Announced once, when it first shows. */
  readonly announced: Readonly<Record<"idle" | "absolute", (at: string) => string>>;
  /** Announced once more, when the last minute begins. */
  readonly lastMinute: Readonly<Record<"idle" | "absolute", string>>;
  /** The deadline has passed, and the server has not said yet what became of the session. */
  readonly passed: string;
  readonly stay: string;
  readonly staying: string;
  /** The person could not be kept signed in; `why` says what to do about it. */
  stayFailed(why: string): string;
  readonly signIn: string;
  readonly dismiss: string;
}
