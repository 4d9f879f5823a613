import type { Policy, Settings } from "./reference-types.js";

export const effectiveLimits = (settings: Settings, { idle, absolute }: Policy) => ({
  idle: idle ?? settings.idle.default,
  absolute: absolute ?? settings.absolute.default,
});

/** Returns the faults of a patch as one text; null if there is none. */
export function policyFault(settings: Settings, current: Policy, patch: Partial<Policy>): string | null {
  const faults: string[] = [];
  for (const limit of ["idle", "absolute"] as const) {
    const value = patch[limit];
    const { min, max } = settings[limit];
    if (typeof value === "number" && (value < min || value > max)) faults.push(`${limit} out_of_range`);
  }
  if (faults.length > 0) return faults.join(", ");
  const { idle, absolute } = effectiveLimits(settings, { ...current, ...patch });
  const isTouched = patch.idle !== undefined || patch.absolute !== undefined;
  return isTouched && idle > absolute ? "idle idle_exceeds_absolute" : null;
}
