/** The words of the list of active sessions. */
export interface SessionsTexts {
  readonly title: string;
  /** Who is signed in, by count; `own` where the only one is the person who looks. */
  signedInCount(people: number, own: boolean): string;
  readonly you: string;
  readonly neverSignedIn: string;
  signedIn(relative: string): string;
  lastActive(relative: string): string;
  readonly sessionsOf: (name: string) => string;
  sessionCount(count: number): string;
  readonly unknownDevice: string;
  readonly thisDevice: string;
  readonly signOut: string;
  readonly signingOut: string;
  readonly signOutEverywhere: string;
  readonly othersOut: string;
  readonly everyoneOut: string;
  readonly nobody: string;
  readonly noSessions: string;
}
