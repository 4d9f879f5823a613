/** What each read of the pages is kept under. */
export const queryKeys = {
  ownSessions: ["own-sessions"],
  members: ["members"],
} as const;
