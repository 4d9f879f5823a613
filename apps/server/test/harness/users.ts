import { randomUUID } from "node:crypto";
import { ApiClient, type ClientOptions, type ServiceAddress } from "./api-client.js";
import type { MemberInvitation, Role } from "./wire.js";

/** A unique password that the service accepts. */
export const newPassword = (): string => `pass phrase ${randomUUID()}`;
export const newEmail = (): string => `person-${randomUUID()}@example.com`;

interface UserFields {
  readonly name?: string;
  readonly accountName?: string;
  readonly email?: string;
  readonly setupToken?: string;
}

/** Registers a new account, and returns its signed-in owner. */
export async function newOwner(
  service: ServiceAddress,
  options: ClientOptions & UserFields = {},
): Promise<ApiClient> {
  const owner = new ApiClient(service, options);
  owner.email = options.email ?? newEmail();
  owner.password = newPassword();
  const response = await owner.post("/api/auth/register", {
    account_name: options.accountName ?? "Example Ltd",
    name: options.name ?? "Olive Owner",
    email: owner.email,
    password: owner.password,
    ...(options.setupToken === undefined ? {} : { setup_token: options.setupToken }),
    ...owner.transport(),
  });
  if (response.status !== 201) throw new Error(`registration answered ${response.status}: ${response.text}`);
  return owner;
}

/** Invites a member into the owner's account. */
export async function invite(
  owner: ApiClient,
  fields: { name?: string; email?: string; role?: Role } = {},
): Promise<MemberInvitation & { token: string; email: string }> {
  const email = fields.email ?? newEmail();
  const response = await owner.post("/api/accounts/me/members", {
    name: fields.name ?? "Mina Member",
    email,
    role: fields.role ?? "member",
  });
  if (response.status !== 201)
    throw new Error(`the invitation answered ${response.status}: ${response.text}`);
  const created = response.json<MemberInvitation>();
  return { ...created, email, token: created.invitation.url.split("#")[1] ?? "" };
}

/** Invites a member into the owner's account, accepts the invitation, and returns the signed-in member. */
export async function newMember(
  owner: ApiClient,
  options: ClientOptions & UserFields & { role?: Role } = {},
): Promise<ApiClient> {
  const { token, email } = await invite(owner, options);
  const member = new ApiClient(owner.service, options);
  member.email = email;
  member.password = newPassword();
  const response = await member.post("/api/auth/accept-invitation", {
    token,
    password: member.password,
    ...member.transport(),
  });
  if (response.status !== 200)
    throw new Error(`the acceptance answered ${response.status}: ${response.text}`);
  return member;
}

/** Makes a link to a new password of a user, and returns its token. */
export async function passwordLink(owner: ApiClient, userId: string): Promise<string> {
  const response = await owner.post(`/api/accounts/me/members/${userId}/password-link`);
  if (response.status !== 201) throw new Error(`the link answered ${response.status}: ${response.text}`);
  return response.json<{ url: string }>().url.split("#")[1] ?? "";
}

/** Signs the same user in on another device. */
export async function newDevice(client: ApiClient, options: ClientOptions = {}): Promise<ApiClient> {
  const device = new ApiClient(client.service, options);
  device.email = client.email;
  device.password = client.password;
  const response = await device.login();
  if (response.status !== 200) throw new Error(`the sign-in answered ${response.status}: ${response.text}`);
  return device;
}
