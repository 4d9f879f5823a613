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
  refreshBody,
  revokedSchema,
  revokeSessionsBody,
  sessionAndUserSchema,
  sessionItemSchema,
  sessionSchema,
  signOutBody,
  userSchema,
} from "./session-schemas.js";
