import type { Answered, Call, World } from "./world.js";
import { PASSWORD } from "./world.js";

type Client = Pick<World, "call">;

/** A person with a session, as a client knows them. */
export interface SignedIn {
  readonly userId: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly cookie: string;
  readonly email: string;
}

export function signedIn(answer: Answered): SignedIn {
  if (answer.status !== 200 && answer.status !== 201)
    throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return {
    userId: answer.body.user.id,
    accountId: answer.body.user.account.id,
    sessionId: answer.body.session.id,
    token: answer.body.access_token,
    cookie: answer.cookie ?? "",
    email: answer.body.user.email,
  };
}

export const registration = (name: string, fields: Record<string, unknown> = {}) => ({
  account_name: `${name}'s account`,
  name,
  email: `${name.toLowerCase()}@example.test`,
  password: PASSWORD,
  ...fields,
});

/** Registers an account with its first owner. */
export const register = async (world: Client, name = "Ada"): Promise<SignedIn> =>
  signedIn(await world.call("POST", "/api/auth/register", { body: registration(name) }));

export const login = (
  world: Client,
  email: string,
  password = PASSWORD,
  call: Omit<Call, "body"> & { transport?: string } = {},
): Promise<Answered> => {
  const { transport, ...rest } = call;
  return world.call("POST", "/api/auth/login", {
    ...rest,
    body: { email, password, ...(transport === undefined ? {} : { transport }) },
  });
};

export interface InvitedMember {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  readonly email: string;
}

export const inviteCall = (
  world: Client,
  owner: SignedIn,
  name: string,
  role: "owner" | "member" = "member",
): Promise<Answered> =>
  world.call("POST", "/api/accounts/me/members", {
    token: owner.token,
    body: { name, email: `${name.toLowerCase()}@example.test`, role },
  });

export async function invite(
  world: Client,
  owner: SignedIn,
  name: string,
  role: "owner" | "member" = "member",
): Promise<InvitedMember> {
  const answer = await inviteCall(world, owner, name, role);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  const { url } = answer.body.invitation;
  const { id, email } = answer.body.member;
  return { id, email, url, token: url.slice(url.indexOf("#") + 1) };
}

export const accept = (world: Client, token: string, password = PASSWORD): Promise<Answered> =>
  world.call("POST", "/api/auth/accept-invitation", { body: { token, password } });

/** Invites somebody who joins at once. */
export const join = async (
  world: Client,
  owner: SignedIn,
  name: string,
  role: "owner" | "member" = "member",
): Promise<SignedIn> => signedIn(await accept(world, (await invite(world, owner, name, role)).token));

export const refresh = (world: Client, cookie: string): Promise<Answered> =>
  world.call("POST", "/api/auth/refresh", { cookie });
