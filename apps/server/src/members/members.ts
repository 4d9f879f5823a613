import type { Role, User } from "@curfew/core";
import { wireTimeOrNull } from "@curfew/http";
import type { Invitation } from "./invitation.js";

/** A user of an account, or an invitation to it. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: "active" | "invited" | "disabled";
  /** Milliseconds since the Unix epoch; null before the first sign-in. */
  readonly lastLoginAt: number | null;
}

export const memberOfUser = ({ id, name, email, role, disabled, lastLoginAt }: User): Member => ({
  id,
  name,
  email,
  role,
  status: disabled ? "disabled" : "active",
  lastLoginAt,
});

/** An expired invitation is a member too, since it can be sent again. */
export const memberOfInvitation = ({ userId, name, email, role }: Invitation): Member => ({
  id: userId,
  name,
  email,
  role,
  status: "invited",
  lastLoginAt: null,
});

/** The wire format of a member. */
export const wireMember = ({ lastLoginAt, ...member }: Member) => ({
  ...member,
  last_login_at: wireTimeOrNull(lastLoginAt),
});
