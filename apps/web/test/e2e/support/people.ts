import { randomUUID } from "node:crypto";
import type { MovableService } from "./service.js";

/** Whatever answers the calls of the API. */
type Origin = Pick<MovableService, "url">;

/** Somebody who can sign in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** A client of the API that is no browser, with a session of its own. */
export interface Device {
  readonly person: Person;
  /** Makes a call; fails where it is refused. */
  call<T>(method: string, path: string, json?: object): Promise<T>;
  /** Renews the session, as an app in use does. */
  refresh(): Promise<void>;
  signOut(): Promise<void>;
}

interface Grant {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: { readonly id: string };
}

const PASSWORD = "correct horse battery staple";

/** An e-mail that nobody else has. */
const newEmail = (name: string): string =>
  `${name
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, ".")
    .slice(0, 40)}.${randomUUID().slice(0, 8)}@example.com`;

/** Makes an account whose one owner is signed in nowhere. */
export async function newOwner(
  service: Origin,
  { name = "Ada Lovelace", accountName = "Example Ltd" } = {},
): Promise<Person> {
  const email = newEmail(name);
  const fields = { account_name: accountName, name, email, password: PASSWORD, transport: "body" };
  const grant = await post<Grant>(service, "/api/auth/register", fields);
  await post(service, "/api/auth/logout", { refresh_token: grant.refresh_token });
  return { id: grant.user.id, name, email, password: PASSWORD };
}

/** Invites somebody through an owner, who joins and is signed in nowhere. */
export async function newMember(
  service: Origin,
  owner: Person,
  { name = "Grace Hopper", role = "member" }: { name?: string; role?: "owner" | "member" } = {},
): Promise<Person> {
  const email = newEmail(name);
  const device = await signInByApi(service, owner);
  const { invitation } = await device.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    {
      name,
      email,
      role,
    },
  );
  await device.signOut();
  const token = new URL(invitation.url).hash.slice(1);
  const grant = await post<Grant>(service, "/api/auth/accept-invitation", {
    token,
    password: PASSWORD,
    transport: "body",
  });
  await post(service, "/api/auth/logout", { refresh_token: grant.refresh_token });
  return { id: grant.user.id, name, email, password: PASSWORD };
}

/** Signs a person in on another device than the test's browsers. */
export async function signInByApi(
  service: Origin,
  person: Person,
  userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
): Promise<Device> {
  const headers = { "User-Agent": userAgent };
  let grant = await post<Grant>(
    service,
    "/api/auth/login",
    { email: person.email, password: person.password, transport: "body" },
    headers,
  );
  return {
    person,
    call: <T>(method: string, path: string, json?: object) =>
      send<T>(service, method, path, json, { ...headers, Authorization: `Bearer ${grant.access_token}` }),
    async refresh() {
      grant = await post<Grant>(
        service,
        "/api/auth/refresh",
        { refresh_token: grant.refresh_token },
        headers,
      );
    },
    signOut: () => post(service, "/api/auth/logout", { refresh_token: grant.refresh_token }, headers),
  };
}

const post = <T>(service: Origin, path: string, json: object, headers = {}): Promise<T> =>
  send<T>(service, "POST", path, json, headers);

async function send<T>(
  { url }: Origin,
  method: string,
  path: string,
  json: object | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<T> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { ...headers, ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}
