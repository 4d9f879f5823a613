export { eventSchema } from "./event.js";
export { PASSWORD_CODE_UNITS_MAX } from "./fields.js";
export { grantSchema, refreshBody, signOutBody } from "./grant.js";
export { personalDataSchema } from "./personal-data.js";
export {
  activeUserSchema,
  appliedPolicySchema,
  changePolicyBody,
  policySchema,
  previewPolicyBody,
  previewSchema,
} from "./policy.js";
export {
  acceptInvitationBody,
  accountSchema,
  changeMemberBody,
  changeOwnUserBody,
  changePasswordBody,
  configSchema,
  deleteAccountBody,
  deleteOwnUserBody,
  invitationSchema,
  invitedSchema,
  inviteMemberBody,
  makePasswordLinkBody,
  memberSchema,
  passwordLinkSchema,
  readInvitationBody,
  readPasswordLinkBody,
  registerBody,
  removeMemberQuery,
  renameAccountBody,
  resetPasswordBody,
  signInBody,
} from "./service.js";
export {
  revokedSchema,
  revokeSessionsBody,
  sessionAndUserSchema,
  sessionItemSchema,
  sessionSchema,
  userSchema,
} from "./session.js";
