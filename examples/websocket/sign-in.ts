import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";

/** The sign-in that this product has had for years: a cookie that names a session in memory. */
const people = [
  { id: "1", name: "Ada Park", email: "ada@acme.example", role: "owner", companyId: "acme" },
  { id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member", companyId: "acme" },
  { id: "3", name: "Cleo Marsh", email: "cleo@globex.example", role: "owner", companyId: "globex" },
] as const;
const digest = (text: string) => createHash("sha256").update(text).digest();
const password = digest("an example password");
const sessions = new Map<string, OpenGoverned>();
const isSecure = process.env["PUBLIC_URL"]?.startsWith("https:");

/** Begins a session and returns its cookie, or null if the e-mail or the password is wrong. */
export function signIn(email: string | null, given: string | null): string | null {
  const person = people.find((each) => each.email === email);
  if (!timingSafeEqual(digest(String(given)), password) || person === undefined) return null;
  const id = randomBytes(32).toString("base64url");
  const { companyId, ...user } = person;
  sessions.set(id, { accountId: companyId, hostSessionId: id, user, startedAt: Date.now() });
  return `own_session=${id}; Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
}

/** The session that a cookie names, as Curfew asks for it. */
export const sessionOf = (cookie: string | null | undefined): OpenGoverned | null =>
  sessions.get(/(?:^|; )own_session=([\w-]+)/.exec(cookie ?? "")?.[1] ?? "") ?? null;
