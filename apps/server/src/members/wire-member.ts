import { idSchema, roleSchema, timeSchema, wireTimeOrNull } from "@curfew/http";
import { z } from "zod";
import type { Member } from "./member.js";

export const memberSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    status: z.enum(["active", "invited", "disabled"]),
    last_login_at: timeSchema.nullable(),
  })
  .meta({ id: "Member" });

/** A member as the wire has it. */
export const wireMember = ({ lastLoginAt, ...member }: Member) => ({
  ...member,
  last_login_at: wireTimeOrNull(lastLoginAt),
});
