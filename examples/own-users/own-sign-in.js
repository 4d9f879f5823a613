import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

/** The sign-in that this server has had for years, with sessions and cookies of its own. It knows nothing of Curfew. */
const COOKIE = "own_session";
const people = [
  { id: "1", name: "Ada", email: "ada@example.com", role: "owner" },
  { id: "2", name: "Ben", email: "ben@example.com", role: "member" },
];
const digest = (text) => createHash("sha256").update(text).digest();
const password = digest("an example password");
const sessions = new Map();

/** Begins a session and sets its cookie. Null if the e-mail or the password is wrong. */
export function signIn(c, given) {
  const user = people.find((person) => person.email === given.email);
  if (!timingSafeEqual(digest(String(given.password)), password) || !user) return null;
  const session = { id: randomBytes(32).toString("base64url"), user, startedAt: Date.now() };
  sessions.set(session.id, session);
  setCookie(c, COOKIE, session.id, { httpOnly: true, sameSite: "Strict" });
  return session;
}

/** The session of a request's cookie. */
export const sessionOf = (c) => sessions.get(getCookie(c, COOKIE));

export function signOut(c) {
  sessions.delete(getCookie(c, COOKIE));
  deleteCookie(c, COOKIE);
}
