import { z } from "zod";
import { emailField, idSchema, nameField, newPasswordField, passwordField, timeSchema } from "./fields.js";
import { transportField } from "./grant.js";
import { roleSchema } from "./session.js";

// The routes of the service (apps/server): sign-in, accounts, members, invitations, configuration.

export const signInBody = z.strictObject({
  email: emailField,
  password: passwordField,
  transport: transportField,
  end_others_first: z
    .boolean()
    .default(false)
    .meta({ description: "Ends the user's other sessions in the transaction that begins the new one." }),
});

export const registerBody = z.strictObject({
  account_name: nameField,
  name: nameField,
  email: emailField,
  password: newPasswordField,
  setup_token: z
    .string()
    .optional()
    .meta({ description: "Needed for the first account while registration is closed." }),
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

export const inviteMemberBody = z.strictObject({ name: nameField, email: emailField, role: roleSchema });

export const invitedSchema = z.object({
  member: memberSchema,
  invitation: z.object({
    url: z.string().meta({ format: "uri", description: "Valid once. Only this answer contains it." }),
    expires_at: timeSchema,
  }),
});

export const changeMemberBody = z.strictObject({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
});

const tokenField = z.string().meta({ description: "The fragment (`#…`) of the link." });

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

export const passwordLinkSchema = z.object({
  url: z.string().meta({ format: "uri", description: "Valid once. Only this answer contains it." }),
  expires_at: timeSchema,
});

export const makePasswordLinkBody = z.strictObject({});

export const readPasswordLinkBody = z.strictObject({ token: tokenField });

export const resetPasswordBody = z.strictObject({
  token: tokenField,
  password: newPasswordField,
  transport: transportField,
});

export const changeOwnUserBody = z.strictObject({
  name: nameField.optional(),
  email: emailField.optional(),
  current_password: passwordField.optional().meta({ description: "Needed for another e-mail." }),
});

export const renameAccountBody = z.strictObject({ name: nameField });

export const deleteOwnUserBody = z.strictObject({ current_password: passwordField });

export const deleteAccountBody = z.strictObject({
  account_name: z.string().meta({ description: "The name of the account, as a confirmation." }),
});

export const removeMemberQuery = z.object({
  status: z.literal("invited").optional().meta({
    description: "`invited`: withdraws an invitation, and deletes nobody who has joined meanwhile.",
  }),
});

export const configSchema = z
  .object({
    registration: z.enum(["open", "closed"]),
    first_run: z.boolean().describe("True while no account exists."),
    warning_seconds: z
      .int()
      .describe(
        "Seconds before a deadline at which clients show a warning; they take at most half of the session's limit.",
      ),
    now: timeSchema,
    version: z.string(),
  })
  .meta({ id: "Config" });
