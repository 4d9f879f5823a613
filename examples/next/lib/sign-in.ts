import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";

/** The sign-in that this product has had for years: a signed cookie. */
export const COOKIE = "own_session";

interface Person {
  id: string;
  name: string;
  email: string;
  role: "owner" | "member";
  companyId: string;
}

const people: readonly Person[] = [
  { id: "1", name: "Ada Park", email: "ada@acme.example", role: "owner", companyId: "acme" },
  { id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member", companyId: "acme" },
  { id: "3", name: "Cleo Marsh", email: "cleo@globex.example", role: "owner", companyId: "globex" },
];
const companies: Readonly<Record<string, string>> = { acme: "Acme", globex: "Globex" };
const digest = (text: string) => createHash("sha256").update(text).digest();
const password = digest("an example password");
const macOf = (text: string) =>
  createHmac("sha256", process.env["COOKIE_SECRET"] ?? "")
    .update(text)
    .digest("base64url");

export const nameOfCompany = (id: string) => companies[id] ?? id;

/** The cookie of a new session, or null if the e-mail or the password is wrong. */
export function newSession(email: string, given: string): string | null {
  const person = people.find((each) => each.email === email);
  if (!timingSafeEqual(digest(given), password) || person === undefined) return null;
  const text = [randomUUID(), person.id, Date.now()].join(".");
  return `${text}.${macOf(text)}`;
}

/** The session of a request, as Curfew asks for it. */
export function sessionOf(headers: Headers): OpenGoverned | null {
  const cookie = new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(headers.get("cookie") ?? "")?.[1] ?? "";
  const [id = "", personId = "", startedAt = "", mac = ""] = cookie.split(".");
  const expected = macOf([id, personId, startedAt].join("."));
  const user = people.find((person) => person.id === personId);
  if (user === undefined || !timingSafeEqual(digest(mac), digest(expected))) return null;
  return { accountId: user.companyId, hostSessionId: id, user, startedAt: Number(startedAt) };
}
