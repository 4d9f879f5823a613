import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { sessions } from "./sessions";

/** The person of a page. Whoever is signed out goes to the sign-in page, which tells why. */
export async function currentPerson() {
  const asked = await headers(); // First: it tells the build that the page is of a request, so that nothing is opened there.
  const current = await (await sessions()).current(asked);
  if (current.state === "signed_in") return current.user;
  redirect(current.state === "ended" ? `/sign-in?reason=${current.reason}` : "/sign-in");
}
