import { randomBytes } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";

/** A session that this server keeps after the provider has sent the person back, as Curfew asks for it. */
export interface OwnSession extends OpenGoverned {
  /** The provider's name of its session. */
  sid: unknown;
}

/** Stands for a table. */
const sessions = new Map<string, OwnSession>();
const isSecure = process.env["PUBLIC_URL"]?.startsWith("https:") ? "; Secure" : "";

export const setCookie = (name: string, value: string, maxAge = 86_400) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${isSecure}`;

export const cookieOf = (name: string, header: string | null | undefined): string =>
  new RegExp(`(?:^|; )${name}=([\\w-]+)`).exec(header ?? "")?.[1] ?? "";

/** The session that a request's cookies name. */
export const sessionOf = (cookies: string | null | undefined): OwnSession | null =>
  sessions.get(cookieOf("own_session", cookies)) ?? null;

/** Keeps a session, and returns its cookie. */
export function begin(session: Omit<OwnSession, "hostSessionId">): string {
  const hostSessionId = randomBytes(32).toString("base64url");
  sessions.set(hostSessionId, { ...session, hostSessionId });
  return setCookie("own_session", hostSessionId);
}

export const forget = ({ hostSessionId }: OwnSession) => void sessions.delete(hostSessionId);

/** The sessions of a provider's session, or of a person where it names none. */
export const sessionsOf = ({ sid, sub }: { sid?: unknown; sub?: string | undefined }): OwnSession[] =>
  [...sessions.values()].filter((each) => (sid === undefined ? each.user.id === sub : each.sid === sid));
