import { randomUUID } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";

/** Stands for the sign-in that a product has had for years: sessions in memory, each named by a cookie. */
const sessions = new Map<string, OpenGoverned>();

/** Begins a session and returns its cookie. */
export function signIn(user: OpenGoverned["user"], companyId: string): string {
  const id = randomUUID();
  sessions.set(id, { accountId: companyId, hostSessionId: id, user, startedAt: Date.now() });
  return `own_session=${id}; Path=/; HttpOnly; SameSite=Lax`;
}

/** The session of a request, as Curfew asks for it. */
export const sessionOf = (headers: Headers): OpenGoverned | null =>
  sessions.get(/(?:^|; )own_session=([\w-]+)/.exec(headers.get("cookie") ?? "")?.[1] ?? "") ?? null;
