// What every page of a host imports. The policy, the people and the trail are on the owners' page.
export {
  ReauthenticationDialog,
  SessionExpiryNotice,
  SessionProvider,
  useCurfew,
  useSession,
  useUnsavedInput,
} from "../../src/index.js";
