export {
  DEFAULT_POLICY_SETTINGS,
  type EffectivePolicy,
  INHERIT,
  type PolicyBounds,
  type PolicyOverride,
  type PolicyPatch,
  type PolicySettings,
} from "./model.js";
export { PRESETS, type PresetName, presetOf } from "./presets.js";
export { applyPatch, inheritDefaults, loosens, resolvePolicy } from "./resolve.js";
export { type PolicySettingsFault, policySettingsFault } from "./settings.js";
export { STANDARDS, type Standard, standardsFor } from "./standards.js";
export { type PolicyFault, type PolicyField, type PolicyValidation, validatePolicy } from "./validate.js";
