import { ACCOUNT_NAME, deviceOf, OWNER, PASSWORD, type Person, STRANGER } from "./cast.js";
import { type Door, type Seat, signIn, sitDown } from "./seat.js";
import type { Timeline } from "./timeline.js";

const MINUTE_MS = 60_000;

/** Makes the account. */
export async function register(door: Door): Promise<void> {
  const device = deviceOf(0, 0);
  const json = { account_name: ACCOUNT_NAME, ...OWNER, password: PASSWORD, transport: "body" };
  await sitDown(door, device, await door(device, "POST", "/api/auth/register", { json }));
}

/** Asks somebody in, who comes. */
export async function join(door: Door, person: Person, place: number): Promise<void> {
  const owner = await signIn(door, OWNER, deviceOf(0, 0));
  const { invitation } = await owner.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    {
      ...person,
      role: "member",
    },
  );
  await leave(owner);
  const device = deviceOf(place, 0);
  const json = { token: new URL(invitation.url).hash.slice(1), password: PASSWORD, transport: "body" };
  await sitDown(door, device, await door(device, "POST", "/api/auth/accept-invitation", { json }));
}

/** Sets the account's policy. */
export async function setPolicy(signedIn: Promise<Seat>, policy: object): Promise<void> {
  const owner = await signedIn;
  await owner.call("PATCH", "/api/accounts/me/security", policy);
}

/** Tries a password that is not the one. */
export async function guess(door: Door, { email }: Person): Promise<void> {
  const json = { email, password: "let-me-in-please" };
  await door(STRANGER, "POST", "/api/auth/login", { json });
}

/** Somebody else presents a refresh token that has been rotated away: the session ends for both. */
export async function copyToken(
  timeline: Timeline,
  door: Door,
  signedIn: Promise<Seat>,
  moment: number,
): Promise<void> {
  const seat = await signedIn;
  const copied = { refresh_token: seat.refreshToken() };
  for (const minutes of [9, 18]) timeline.at(moment + minutes * MINUTE_MS, seat.use);
  timeline.at(moment + 20 * MINUTE_MS, () => door(STRANGER, "POST", "/api/auth/refresh", { json: copied }));
}

/** Signs out. */
export async function leave(seat: Seat): Promise<void> {
  await seat.use();
  await seat.call("POST", "/api/auth/logout", { refresh_token: seat.refreshToken() });
}

/** Where a member is changed. */
export async function memberPath(owner: Seat, person: Person): Promise<string> {
  const { items } = await owner.call<{ items: { id: string; email: string }[] }>(
    "GET",
    "/api/accounts/me/members",
  );
  const member = items.find(({ email }) => email === person.email);
  return `/api/accounts/me/members/${member?.id}`;
}
