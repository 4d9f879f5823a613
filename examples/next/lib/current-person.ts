import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { sessions } from "./sessions";

/** The person of a page. Whoever is signed out goes to the sign-in page, which tells why. */
export async function currentPerson() {
  const asked = new Headers(await headers()); // First: it tells the build that the page is of a request, so that nothing is opened there.
  asked.set("cookie", (await cookies()).toString()); // With what a server action has just set, which headers() does not have.
  const current = await (await sessions()).current(asked);
  if (current.state === "signed_in") return current.user;
  redirect(current.state === "ended" ? `/sign-in?reason=${current.reason}` : "/sign-in");
}
