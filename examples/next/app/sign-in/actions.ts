"use server";

import { isCurfewError } from "@curfew/core";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { engine } from "../../lib/sessions";
import { COOKIE, newSession, sessionOf } from "../../lib/sign-in";

/** Tells Curfew that this browser's session is over, or owners see it until it expires. */
async function endSession(): Promise<void> {
  const session = sessionOf(await headers());
  if (session !== null) await (await engine()).governed.end(session).catch(logOutage);
}

/** Nobody is kept in where Curfew's database is down. Owners see the session until it expires. */
function logOutage(error: unknown) {
  if (!isCurfewError(error, "unavailable")) throw error;
  console.error(error);
}

export async function beginSession(email: string, password: string): Promise<boolean> {
  const session = newSession(email, password);
  if (session === null) return false;
  await endSession();
  const secure = process.env["PUBLIC_URL"]?.startsWith("https:") ?? false;
  (await cookies()).set(COOKIE, session, { httpOnly: true, sameSite: "lax", secure });
  return true;
}

export async function signIn(form: FormData): Promise<void> {
  const isRight = await beginSession(String(form.get("email")), String(form.get("password")));
  redirect(isRight ? "/" : "/sign-in?reason=refused");
}

export async function signOut(): Promise<void> {
  await endSession();
  (await cookies()).delete(COOKIE);
  redirect("/sign-in");
}
