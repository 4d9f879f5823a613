import { wireTimeOrNull } from "@curfew/http";
import type { Member } from "./member.js";

/** A member as the wire has it. */
export const wireMember = ({ lastLoginAt, ...member }: Member) => ({
  ...member,
  last_login_at: wireTimeOrNull(lastLoginAt),
});
