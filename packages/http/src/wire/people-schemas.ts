import { z } from "zod";
import { emailField, nameField, newPasswordField, passwordField, transportField } from "../fields/text.js";
import { idSchema, roleSchema, timeSchema } from "./session-schemas.js";

export const signInBody = z.strictObject({
  email: emailField,
  password: passwordField,
  transport: transportField,
});

export const registerBody = z.strictObject({
  account_name: nameField,
  name: nameField,
  email: emailField,
  password: newPasswordField,
  transport: transportField,
});

export const changePasswordBody = z.strictObject({
  current_password: passwordField,
  new_password: newPasswordField,
  transport: transportField,
});

export const accountSchema = z
  .object({ id: idSchema, name: z.string(), created_at: timeSchema })
  .meta({ id: "Account" });

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

export const membersSchema = z.object({ items: z.array(memberSchema) });

export const inviteMemberBody = z.strictObject({ name: nameField, email: emailField, role: roleSchema });

export const invitedSchema = z.object({
  member: memberSchema,
  invitation: z.object({
    url: z.string().meta({ format: "uri", description: "Works once; shown here and never again." }),
    expires_at: timeSchema,
  }),
});

export const changeMemberBody = z.strictObject({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
});

const tokenField = z.string().meta({ description: "What stands behind `#` in the link." });

export const readInvitationBody = z.strictObject({ token: tokenField });

export const invitationSchema = z.object({
  account: z.object({ name: z.string() }),
  name: z.string(),
  email: z.string(),
});

export const acceptInvitationBody = z.strictObject({
  token: tokenField,
  password: newPasswordField,
  transport: transportField,
});

export const configSchema = z
  .object({
    registration: z.enum(["open", "closed"]),
    first_run: z.boolean().describe("There is no account yet."),
    warning_seconds: z.int().describe("How long before a deadline to warn."),
    now: timeSchema,
    version: z.string(),
  })
  .meta({ id: "Config" });
