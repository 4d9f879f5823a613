import type { Role, User } from "@curfew/core";
import type { Invitation } from "../invitations/invitation.js";

/** Somebody who is in an account, or was asked to join it. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: "active" | "invited" | "disabled";
  /** Milliseconds since the Unix epoch; null before the first sign-in. */
  readonly lastLoginAt: number | null;
}

/** A user as a member. */
export const memberOfUser = ({ id, name, email, role, disabled, lastLoginAt }: User): Member => ({
  id,
  name,
  email,
  role,
  status: disabled ? "disabled" : "active",
  lastLoginAt,
});

/** An open invitation as a member, also where its link is too old: it can be sent anew. */
export const memberOfInvitation = ({ userId, name, email, role }: Invitation): Member => ({
  id: userId,
  name,
  email,
  role,
  status: "invited",
  lastLoginAt: null,
});
