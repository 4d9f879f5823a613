import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from "@curfew/core/policy";

/** What every company has at first, and how far its owners may go, in minutes. */
export const policy: PolicySettings = {
  defaults: { idleMinutes: 30, absoluteMinutes: 720 },
  bounds: { ...DEFAULT_POLICY_SETTINGS.bounds, idleMinutesMax: 60, absoluteMinutesMax: 1440 },
};
