import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  DEFAULT_POLICY_SETTINGS,
  INHERIT,
  inheritDefaults,
  loosens,
  PRESETS,
  presetOf,
  resolvePolicy,
  validatePolicy,
} from "../../src/policy/index.js";
import { FIELDS, override, patch, settings } from "./arbitraries.js";

describe("DEFAULT_POLICY_SETTINGS", () => {
  test("are NIST AAL2: 1 hour idle, 24 hours absolute, with wide bounds", () => {
    expect(DEFAULT_POLICY_SETTINGS).toEqual({
      defaults: { idleMinutes: 60, absoluteMinutes: 1440 },
      bounds: {
        idleMinutesMin: 10,
        idleMinutesMax: 43_200,
        absoluteMinutesMin: 30,
        absoluteMinutesMax: 129_600,
      },
    });
  });

  test("apply to an account without an override", () => {
    expect(INHERIT).toEqual({ idleMinutes: null, absoluteMinutes: null });
    expect(resolvePolicy(INHERIT, DEFAULT_POLICY_SETTINGS)).toEqual({
      idleMinutes: 60,
      absoluteMinutes: 1440,
    });
  });
});

describe("PRESETS", () => {
  test("are standard, which inherits, and strict, which is NIST AAL3", () => {
    expect(PRESETS).toEqual({
      standard: { idleMinutes: null, absoluteMinutes: null },
      strict: { idleMinutes: 15, absoluteMinutes: 720 },
    });
  });

  test("are valid under the default bounds", () => {
    for (const preset of Object.values(PRESETS))
      expect(validatePolicy(preset, INHERIT, DEFAULT_POLICY_SETTINGS)).toEqual({
        ok: true,
        override: preset,
      });
  });
});

describe("presetOf", () => {
  test.each([
    [null, null, "standard"],
    [15, 720, "strict"],
    [15, null, "custom"],
    [null, 720, "custom"],
    [15, 721, "custom"],
    [14, 720, "custom"],
    [60, 1440, "custom"],
  ] as const)("idle %s and absolute %s is %s", (idleMinutes, absoluteMinutes, name) => {
    expect(presetOf({ idleMinutes, absoluteMinutes })).toBe(name);
  });

  test("names a preset only for an equal override", () => {
    fc.assert(
      fc.property(override, (set) => {
        const name = presetOf(set);
        if (name !== "custom") expect(set).toEqual(PRESETS[name]);
      }),
    );
  });
});

describe("inheritDefaults", () => {
  test("takes each limit from the override, else from the default, independently", () => {
    const inherit = (idleMinutes: number | null, absoluteMinutes: number | null) =>
      inheritDefaults({ idleMinutes, absoluteMinutes }, DEFAULT_POLICY_SETTINGS);
    expect(inherit(15, null)).toEqual({ idleMinutes: 15, absoluteMinutes: 1440 });
    expect(inherit(null, 720)).toEqual({ idleMinutes: 60, absoluteMinutes: 720 });
    expect(inherit(15, 720)).toEqual({ idleMinutes: 15, absoluteMinutes: 720 });
  });

  test("clamps an override to the current bounds, to the minute", () => {
    const { bounds } = DEFAULT_POLICY_SETTINGS;
    for (const field of FIELDS) {
      const [min, max] = [bounds[`${field}Min`], bounds[`${field}Max`]];
      for (const [value, clamped] of [
        [min - 1, min],
        [min, min],
        [min + 1, min + 1],
        [max - 1, max - 1],
        [max, max],
        [max + 1, max],
      ] as const)
        expect(inheritDefaults({ ...INHERIT, [field]: value }, DEFAULT_POLICY_SETTINGS)[field]).toBe(clamped);
    }
  });

  test("may return idle above absolute", () => {
    expect(inheritDefaults({ idleMinutes: 90, absoluteMinutes: 45 }, DEFAULT_POLICY_SETTINGS)).toEqual({
      idleMinutes: 90,
      absoluteMinutes: 45,
    });
  });
});

describe("resolvePolicy", () => {
  test("limits idle to the absolute lifetime", () => {
    expect(resolvePolicy({ idleMinutes: 90, absoluteMinutes: 45 }, DEFAULT_POLICY_SETTINGS)).toEqual({
      idleMinutes: 45,
      absoluteMinutes: 45,
    });
  });

  test("returns limits within bounds, and an absolute limit in bounds unchanged", () => {
    fc.assert(
      fc.property(override, settings, (set, operator) => {
        const { idleMinutes, absoluteMinutes } = resolvePolicy(set, operator);
        const { bounds, defaults } = operator;
        expect(absoluteMinutes).toBeGreaterThanOrEqual(bounds.absoluteMinutesMin);
        expect(absoluteMinutes).toBeLessThanOrEqual(bounds.absoluteMinutesMax);
        expect(idleMinutes).toBeLessThanOrEqual(bounds.idleMinutesMax);
        expect(idleMinutes).toBeLessThanOrEqual(absoluteMinutes);
        const wanted = set.absoluteMinutes ?? defaults.absoluteMinutes;
        const isInBounds = wanted >= bounds.absoluteMinutesMin && wanted <= bounds.absoluteMinutesMax;
        if (isInBounds) expect(absoluteMinutes).toBe(wanted);
      }),
    );
  });

  test("returns the defaults for an account without an override", () => {
    fc.assert(
      fc.property(settings, (operator) => {
        expect(resolvePolicy(INHERIT, operator)).toEqual(operator.defaults);
      }),
    );
  });
});

describe("applyPatch", () => {
  test("keeps an absent limit, clears null, sets a number", () => {
    const set = { idleMinutes: 20, absoluteMinutes: 600 };
    expect(applyPatch(set, {})).toEqual(set);
    expect(applyPatch(set, { idleMinutes: null })).toEqual({ idleMinutes: null, absoluteMinutes: 600 });
    expect(applyPatch(set, { absoluteMinutes: null })).toEqual({ idleMinutes: 20, absoluteMinutes: null });
    expect(applyPatch(set, { idleMinutes: 30, absoluteMinutes: 700 })).toEqual({
      idleMinutes: 30,
      absoluteMinutes: 700,
    });
  });

  test("is idempotent, and a complete patch replaces everything", () => {
    fc.assert(
      fc.property(override, patch, (set, change) => {
        const once = applyPatch(set, change);
        expect(applyPatch(once, change)).toEqual(once);
        expect(applyPatch(set, once)).toEqual(once);
      }),
    );
  });
});

describe("loosens", () => {
  const policy = (idleMinutes: number, absoluteMinutes: number) => ({ idleMinutes, absoluteMinutes });

  test.each([
    ["nothing", policy(60, 1440), false],
    ["a shorter idle timeout", policy(59, 1440), false],
    ["a shorter lifetime", policy(60, 1439), false],
    ["a longer idle timeout", policy(61, 1440), true],
    ["a longer lifetime", policy(60, 1441), true],
    ["a longer idle timeout with a shorter lifetime", policy(61, 1000), true],
    ["a longer lifetime with a shorter idle timeout", policy(10, 1441), true],
  ])("%s", (_, after, expected) => {
    expect(loosens(policy(60, 1440), after)).toBe(expected);
  });
});
