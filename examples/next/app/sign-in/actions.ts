"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { COOKIE, newSession } from "../../lib/sign-in";

export async function beginSession(email: string, password: string): Promise<boolean> {
  const session = newSession(email, password);
  if (session !== null) (await cookies()).set(COOKIE, session, { httpOnly: true, sameSite: "lax" });
  return session !== null;
}

export async function signIn(form: FormData): Promise<void> {
  const isRight = await beginSession(String(form.get("email")), String(form.get("password")));
  redirect(isRight ? "/" : "/sign-in?reason=refused");
}
