export { eventSchema } from "./event.js";
export { integer, integerInQuery, PASSWORD_CODE_UNITS_MAX } from "./fields.js";
export { grantSchema, refreshBody, signOutBody, transportField } from "./grant.js";
export { pageOf, pageQuery, searchQuery } from "./page.js";
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
  wirePerson,
  wireSession,
  wireUser,
} from "./session.js";
