export { eventSchema } from "./event-schemas.js";
export {
  acceptInvitationBody,
  accountSchema,
  changeMemberBody,
  changePasswordBody,
  configSchema,
  invitationSchema,
  invitedSchema,
  inviteMemberBody,
  memberSchema,
  membersSchema,
  readInvitationBody,
  registerBody,
  signInBody,
} from "./people-schemas.js";
export {
  appliedPolicySchema,
  changePolicyBody,
  policySchema,
  previewPolicyBody,
  previewSchema,
} from "./policy-schemas.js";
export {
  grantSchema,
  idSchema,
  pageOf,
  personSchema,
  revokedSchema,
  revokeSessionsBody,
  roleSchema,
  sessionAndUserSchema,
  sessionItemSchema,
  sessionSchema,
  timeSchema,
  userSchema,
} from "./session-schemas.js";
