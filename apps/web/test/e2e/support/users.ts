import { randomUUID } from "node:crypto";
import type { TestService } from "./service.js";

/** The service to call. */
type ServiceUrl = Pick<TestService, "url">;

/** A user with their credentials. */
export interface TestUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** A session on a device other than the test's browsers, used through the API. */
export interface ApiSession {
  readonly user: TestUser;
  /** Calls an operation, and throws if it is refused. */
  call<T>(method: string, path: string, json?: object): Promise<T>;
  /** Refreshes the session, reporting activity. */
  refresh(): Promise<void>;
  signOut(): Promise<void>;
}

interface Grant {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: { readonly id: string };
}

const PASSWORD = "correct horse battery staple";

/** A unique e-mail. */
const newEmail = (name: string): string =>
  `${name
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, ".")
    .slice(0, 40)}.${randomUUID().slice(0, 8)}@example.com`;

/** Registers an account. Its owner has no open session. */
export async function newOwner(
  service: ServiceUrl,
  {
    name = "Ada Lovelace",
    accountName = "Example Ltd",
    setupToken = null,
  }: { name?: string; accountName?: string; setupToken?: string | null } = {},
): Promise<TestUser> {
  const email = newEmail(name);
  const fields = {
    account_name: accountName,
    name,
    email,
    password: PASSWORD,
    transport: "body",
    ...(setupToken === null ? {} : { setup_token: setupToken }),
  };
  const grant = await post<Grant>(service, "/api/auth/register", fields);
  await post(service, "/api/auth/logout", { refresh_token: grant.refresh_token });
  return { id: grant.user.id, name, email, password: PASSWORD };
}

/** Adds a member to the owner's account. The member has no open session. */
export async function newMember(
  service: ServiceUrl,
  owner: TestUser,
  { name = "Grace Hopper", role = "member" }: { name?: string; role?: "owner" | "member" } = {},
): Promise<TestUser> {
  const email = newEmail(name);
  const session = await signInByApi(service, owner);
  const { invitation } = await session.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    {
      name,
      email,
      role,
    },
  );
  await session.signOut();
  const token = new URL(invitation.url).hash.slice(1);
  const grant = await post<Grant>(service, "/api/auth/accept-invitation", {
    token,
    password: PASSWORD,
    transport: "body",
  });
  await post(service, "/api/auth/logout", { refresh_token: grant.refresh_token });
  return { id: grant.user.id, name, email, password: PASSWORD };
}

/** Signs a user in through the API. */
export async function signInByApi(
  service: ServiceUrl,
  user: TestUser,
  userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
): Promise<ApiSession> {
  const headers = { "User-Agent": userAgent };
  let grant = await post<Grant>(
    service,
    "/api/auth/login",
    { email: user.email, password: user.password, transport: "body" },
    headers,
  );
  return {
    user,
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

const post = <T>(service: ServiceUrl, path: string, json: object, headers = {}): Promise<T> =>
  send<T>(service, "POST", path, json, headers);

async function send<T>(
  { url }: ServiceUrl,
  method: string,
  path: string,
  json: object | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<T> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { ...headers, ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}
