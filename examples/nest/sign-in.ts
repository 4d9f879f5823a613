import { createHash, timingSafeEqual } from "node:crypto";

/** The people of this product, which knows nothing of Curfew. */
export interface Person {
  id: string;
  name: string;
  email: string;
  role: "owner" | "member";
  companyId: string;
}

declare module "express-session" {
  interface SessionData {
    user: Person;
    signedInAt: number;
  }
}

const people: readonly Person[] = [
  { id: "1", name: "Ada Park", email: "ada@acme.example", role: "owner", companyId: "acme" },
  { id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member", companyId: "acme" },
  { id: "3", name: "Cleo Marsh", email: "cleo@globex.example", role: "owner", companyId: "globex" },
];
const companies: Readonly<Record<string, string>> = { acme: "Acme", globex: "Globex" };
const digest = (text: string) => createHash("sha256").update(text).digest();
const password = digest("an example password");

export const nameOfCompany = (id: string) => companies[id] ?? id;

/** The person with this e-mail, if the password is right. */
export function personOf(form: { email?: unknown; password?: unknown }): Person | undefined {
  const isRight = timingSafeEqual(digest(String(form.password)), password);
  return isRight ? people.find(({ email }) => email === form.email) : undefined;
}
