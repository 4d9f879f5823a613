import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY_SETTINGS, type PolicySettings, policySettingsFault } from "../../src/policy/index.js";
import { settings } from "./arbitraries.js";

const { bounds, defaults } = DEFAULT_POLICY_SETTINGS;
const faultOf = (changed: { bounds?: Partial<typeof bounds>; defaults?: Partial<typeof defaults> }) =>
  policySettingsFault({
    bounds: { ...bounds, ...changed.bounds },
    defaults: { ...defaults, ...changed.defaults },
  });

describe("policySettingsFault", () => {
  test("finds nothing wrong with the defaults, nor with any settings that make sense", () => {
    expect(policySettingsFault(DEFAULT_POLICY_SETTINGS)).toBe(null);
    fc.assert(fc.property(settings, (operator) => policySettingsFault(operator) === null));
  });

  test.each(["idleMinutesMin", "idleMinutesMax", "absoluteMinutesMin", "absoluteMinutesMax"] as const)(
    "wants %s to be whole minutes, from one to a hundred years",
    (field) => {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 52_560_001])
        expect(faultOf({ bounds: { [field]: value } })).toEqual({
          field,
          message: "must be a whole number of minutes, 1 or more",
        });
    },
  );

  test("takes a hundred years, and one minute", () => {
    const most = 52_560_000;
    const widest: PolicySettings = {
      bounds: {
        idleMinutesMin: 1,
        idleMinutesMax: most,
        absoluteMinutesMin: 1,
        absoluteMinutesMax: most,
      },
      defaults: { idleMinutes: 1, absoluteMinutes: most },
    };
    expect(policySettingsFault(widest)).toBe(null);
  });

  test.each([
    ["idleMinutes", 60],
    ["absoluteMinutes", 1440],
  ] as const)("wants the minimum of %s no higher than its maximum", (limit, value) => {
    const [min, max] = [`${limit}Min`, `${limit}Max`] as const;
    expect(faultOf({ bounds: { [min]: value + 1, [max]: value } })).toEqual({
      field: min,
      message: `must not be above the maximum (${value})`,
    });
    expect(faultOf({ bounds: { [min]: value, [max]: value } })).toBe(null);
  });

  test.each([
    ["idleMinutes", 20, 90],
    ["absoluteMinutes", 1000, 2000],
  ] as const)("wants the default of %s within its bounds", (limit, min, max) => {
    const narrow = { [`${limit}Min`]: min, [`${limit}Max`]: max };
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN])
      expect(faultOf({ bounds: narrow, defaults: { [limit]: value } })).toEqual({
        field: `defaults.${limit}`,
        message: `must be a whole number from ${min} to ${max}`,
      });
    for (const value of [min, max])
      expect(faultOf({ bounds: narrow, defaults: { [limit]: value } })).toBe(null);
  });

  test("wants the default idle timeout no longer than the default lifetime", () => {
    expect(faultOf({ defaults: { idleMinutes: 101, absoluteMinutes: 100 } })).toEqual({
      field: "defaults.idleMinutes",
      message: "must not be above the default absolute lifetime (100)",
    });
    expect(faultOf({ defaults: { idleMinutes: 100, absoluteMinutes: 100 } })).toBe(null);
  });
});
