import { type Answer, type Call, PASSWORD, type TestService } from "./test-service.js";

type Client = Pick<TestService, "call">;

/** A user's session, as a client knows it. */
export interface SignedIn {
  readonly userId: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly token: string;
  readonly cookie: string;
  readonly email: string;
}

/** Reads the session that an answer begins; throws for any other answer. */
export function signedIn(answer: Answer): SignedIn {
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
export const register = async (client: Client, name = "Ada"): Promise<SignedIn> =>
  signedIn(await client.call("POST", "/api/auth/register", { body: registration(name) }));

export const login = (
  client: Client,
  email: string,
  password = PASSWORD,
  options: Omit<Call, "body"> & { transport?: string } = {},
): Promise<Answer> => {
  const { transport, ...call } = options;
  return client.call("POST", "/api/auth/login", {
    ...call,
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
  client: Client,
  owner: SignedIn,
  name: string,
  role: "owner" | "member" = "member",
): Promise<Answer> =>
  client.call("POST", "/api/accounts/me/members", {
    token: owner.token,
    body: { name, email: `${name.toLowerCase()}@example.test`, role },
  });

export async function invite(
  client: Client,
  owner: SignedIn,
  name: string,
  role: "owner" | "member" = "member",
): Promise<InvitedMember> {
  const answer = await inviteCall(client, owner, name, role);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  const { url } = answer.body.invitation;
  const { id, email } = answer.body.member;
  return { id, email, url, token: url.slice(url.indexOf("#") + 1) };
}

export const accept = (client: Client, token: string, password = PASSWORD): Promise<Answer> =>
  client.call("POST", "/api/auth/accept-invitation", { body: { token, password } });

/** Invites a member and accepts the invitation. */
export const join = async (
  client: Client,
  owner: SignedIn,
  name: string,
  role: "owner" | "member" = "member",
): Promise<SignedIn> => signedIn(await accept(client, (await invite(client, owner, name, role)).token));

export const passwordLinkCall = (client: Client, owner: SignedIn, userId: string): Promise<Answer> =>
  client.call("POST", `/api/accounts/me/members/${userId}/password-link`, { token: owner.token });

/** Makes a link to a new password of a user; returns its token. */
export async function makePasswordLink(client: Client, owner: SignedIn, userId: string): Promise<string> {
  const answer = await passwordLinkCall(client, owner, userId);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  const { url } = answer.body;
  return url.slice(url.indexOf("#") + 1);
}

/** Chooses a new password by a link. */
export const reset = (
  client: Client,
  token: string,
  password: string,
  call: Omit<Call, "body"> = {},
): Promise<Answer> => client.call("POST", "/api/auth/reset-password", { ...call, body: { token, password } });

export const refresh = (client: Client, cookie: string): Promise<Answer> =>
  client.call("POST", "/api/auth/refresh", { cookie });
