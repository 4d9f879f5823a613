export {
  applyPatch,
  DEFAULT_POLICY_SETTINGS,
  type EffectivePolicy,
  INHERIT,
  inheritDefaults,
  loosens,
  type PolicyBounds,
  type PolicyOverride,
  type PolicyPatch,
  type PolicySettings,
  PRESETS,
  type PresetName,
  presetOf,
  resolvePolicy,
} from "./policy.js";
export { STANDARDS, type Standard, standardsFor } from "./standards.js";
export {
  type PolicyFault,
  type PolicyField,
  type PolicySettingsFault,
  type PolicyValidation,
  policySettingsFault,
  validatePolicy,
} from "./validate.js";
