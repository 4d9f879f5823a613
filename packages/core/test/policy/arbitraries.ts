import fc from "fast-check";
import type { PolicyOverride, PolicyPatch, PolicySettings } from "../../src/policy/index.js";

const range = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }))
  .map(([min, width]) => ({ min, max: min + width }));
const within = ({ min, max }: { min: number; max: number }) => fc.integer({ min, max });

/** Consistent settings. */
export const settings: fc.Arbitrary<PolicySettings> = fc
  .tuple(range, range)
  .filter(([idle, absolute]) => idle.min <= absolute.max)
  .chain(([idle, absolute]) =>
    fc.record({ idleMinutes: within(idle), absoluteMinutes: within(absolute) }).map((defaults) => ({
      defaults: { ...defaults, idleMinutes: Math.min(defaults.idleMinutes, defaults.absoluteMinutes) },
      bounds: {
        idleMinutesMin: idle.min,
        idleMinutesMax: idle.max,
        absoluteMinutesMin: absolute.min,
        absoluteMinutesMax: absolute.max,
      },
    })),
  )
  .filter(({ defaults, bounds }) => defaults.idleMinutes >= bounds.idleMinutesMin);

const limit = fc.oneof(fc.integer({ min: 1, max: 1100 }), fc.constant(null));

/** An override that was saved under any bounds. */
export const override: fc.Arbitrary<PolicyOverride> = fc.record({
  idleMinutes: limit,
  absoluteMinutes: limit,
});

export const patch: fc.Arbitrary<PolicyPatch> = fc.record(
  { idleMinutes: limit, absoluteMinutes: limit },
  { requiredKeys: [] },
);

export const FIELDS = ["idleMinutes", "absoluteMinutes"] as const;
