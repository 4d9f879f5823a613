/** The words of the session strip. `at` is a clock time ('14:32', 'Tue 09:00'), `distance` tells how far off it is. */
export interface DeadlinesTexts {
  /** The whole picture in full sentences. */
  picture(times: {
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
  /** Both deadlines, beside the small picture. */
  idleAt(at: string): string;
  absoluteAt(at: string): string;
}
