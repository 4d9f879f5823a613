import { hash } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";

/** What this process has seen of a host session. */
interface Seen {
  readonly accounts: ReadonlySet<string>;
  /** Where it was last found to be over. */
  readonly ended: Omit<OpenGoverned, "hostSessionId"> | null;
}

const UNSEEN: Seen = { accounts: new Set(), ended: null };
const CAPACITY = 100_000;

/** Remembers, by digests of their tokens, in which accounts host sessions were governed. The least recently seen go first. */
export function createSeenSessions(capacity = CAPACITY) {
  const sessions = new Map<string, Seen>();
  const digestOf = (token: string): string => hash("sha256", token, "base64");

  const set = (digest: string, seen: Seen): void => {
    sessions.delete(digest);
    sessions.set(digest, seen);
    for (const oldest of sessions.keys()) {
      if (sessions.size <= capacity) break;
      sessions.delete(oldest);
    }
  };

  return {
    note({ hostSessionId, accountId }: OpenGoverned): void {
      const digest = digestOf(hostSessionId);
      const seen = sessions.get(digest) ?? UNSEEN;
      set(digest, { ...seen, accounts: new Set([...seen.accounts, accountId]) });
    },

    noteEnd({ hostSessionId, ...ended }: OpenGoverned): void {
      const digest = digestOf(hostSessionId);
      set(digest, { ...(sessions.get(digest) ?? UNSEEN), ended });
    },

    accountsOf: (token: string): ReadonlySet<string> => (sessions.get(digestOf(token)) ?? UNSEEN).accounts,

    /** Where a session was last found to be over, so that its cookie is told why though better-auth has deleted it. */
    endOf(token: string): OpenGoverned | null {
      const ended = sessions.get(digestOf(token))?.ended ?? null;
      return ended === null ? null : { ...ended, hostSessionId: token };
    },
  };
}

export type SeenSessions = ReturnType<typeof createSeenSessions>;
