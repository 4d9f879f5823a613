import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_POLICY_SETTINGS,
  INHERIT,
  PRESETS,
  presetOf,
  validatePolicy,
} from "../../src/policy/index.js";
import { override } from "./arbitraries.js";

describe("the presets", () => {
  test("are standard, which inherits, and strict, which is NIST's AAL3", () => {
    expect(PRESETS).toEqual({
      standard: { idleMinutes: null, absoluteMinutes: null },
      strict: { idleMinutes: 15, absoluteMinutes: 720 },
    });
  });

  test("can be set under the default bounds", () => {
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
  ] as const)("calls %s and %s %s", (idleMinutes, absoluteMinutes, name) => {
    expect(presetOf({ idleMinutes, absoluteMinutes })).toBe(name);
  });

  test("names a preset only where it is that preset", () => {
    fc.assert(
      fc.property(override, (set) => {
        const name = presetOf(set);
        if (name !== "custom") expect(set).toEqual(PRESETS[name]);
      }),
    );
  });
});
