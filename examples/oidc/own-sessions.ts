import { randomBytes } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";
import type { LogoutToken } from "./provider-client.js";

/** A session that this server keeps after the provider has sent the person back, as Curfew asks for it. */
export interface OwnSession extends OpenGoverned {
  /** When the person last gave the provider their password. */
  authenticatedAt: number;
  /** The provider's name of its session. */
  sid: unknown;
}

/** Stands for a table. */
const sessions = new Map<string, OwnSession>();
const isSecure = process.env["PUBLIC_URL"]?.startsWith("https:") ? "; Secure" : "";

export const setCookie = (name: string, value: string, maxAge = 86_400) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${isSecure}`;

export const cookieOf = (name: string, header: string | null | undefined): string =>
  new RegExp(`(?:^|; )${name}=([\\w.-]+)`).exec(header ?? "")?.[1] ?? "";

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

/** The sessions of a provider's session; where the token names none, those of a person who signed in there before it. */
export const sessionsOf = ({ sid, sub, iat }: LogoutToken): OwnSession[] =>
  [...sessions.values()].filter(({ user, authenticatedAt, ...each }) =>
    sid === undefined ? user.id === sub && authenticatedAt <= iat * 1000 : each.sid === sid,
  );

/** Stands for a table: the logout tokens of the last minutes by their `jti`, and when each was used. */
const used = new Map<string, number>();

export const isUsed = ({ jti }: LogoutToken): boolean => used.has(jti);

export function noteUse({ jti }: LogoutToken): void {
  for (const [each, at] of used) if (at < Date.now() - 300_000) used.delete(each); // Too old to be taken again.
  used.set(jti, Date.now());
}
