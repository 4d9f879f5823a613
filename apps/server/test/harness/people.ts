import { randomUUID } from "node:crypto";
import { type Reachable, Visitor, type VisitorOptions } from "./visitor.js";
import type { Invited, Role } from "./wire.js";

/** A password that nobody else has and the service takes. */
export const newPassword = (): string => `pass phrase ${randomUUID()}`;
export const newEmail = (): string => `person-${randomUUID()}@example.com`;

interface Named {
  readonly name?: string;
  readonly accountName?: string;
  readonly email?: string;
}

/** A visitor that has just registered: the owner of an account of its own, signed in. */
export async function newOwner(service: Reachable, options: VisitorOptions & Named = {}): Promise<Visitor> {
  const owner = new Visitor(service, options);
  owner.email = options.email ?? newEmail();
  owner.password = newPassword();
  const answer = await owner.post("/api/auth/register", {
    account_name: options.accountName ?? "Example Ltd",
    name: options.name ?? "Olive Owner",
    email: owner.email,
    password: owner.password,
    ...owner.transport(),
  });
  if (answer.status !== 201) throw new Error(`registration answered ${answer.status}: ${answer.text}`);
  return owner;
}

/** Invites somebody into the owner's account. */
export async function invite(
  owner: Visitor,
  fields: { name?: string; email?: string; role?: Role } = {},
): Promise<Invited & { token: string; email: string }> {
  const email = fields.email ?? newEmail();
  const answer = await owner.post("/api/accounts/me/members", {
    name: fields.name ?? "Mina Member",
    email,
    role: fields.role ?? "member",
  });
  if (answer.status !== 201) throw new Error(`the invitation answered ${answer.status}: ${answer.text}`);
  const invited = answer.as<Invited>();
  return { ...invited, email, token: invited.invitation.url.split("#")[1] ?? "" };
}

/** A visitor that has just accepted an invitation into the owner's account. */
export async function newMember(
  owner: Visitor,
  options: VisitorOptions & Named & { role?: Role } = {},
): Promise<Visitor> {
  const { token, email } = await invite(owner, options);
  const member = new Visitor(owner.service, options);
  member.email = email;
  member.password = newPassword();
  const answer = await member.post("/api/auth/accept-invitation", {
    token,
    password: member.password,
    ...member.transport(),
  });
  if (answer.status !== 200) throw new Error(`the acceptance answered ${answer.status}: ${answer.text}`);
  return member;
}

/** The same person on another device, signed in. */
export async function anotherDevice(visitor: Visitor, options: VisitorOptions = {}): Promise<Visitor> {
  const device = new Visitor(visitor.service, options);
  device.email = visitor.email;
  device.password = visitor.password;
  const answer = await device.login();
  if (answer.status !== 200) throw new Error(`the sign-in answered ${answer.status}: ${answer.text}`);
  return device;
}
