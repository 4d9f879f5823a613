import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  DEFAULT_POLICY_SETTINGS,
  INHERIT,
  inheritDefaults,
  type PolicyPatch,
  type PolicySettings,
  policySettingsFault,
  resolvePolicy,
  validatePolicy,
} from "../../src/policy/index.js";
import { FIELDS, override, patch, settings } from "./arbitraries.js";

const validate = (change: PolicyPatch, current = INHERIT) =>
  validatePolicy(change, current, DEFAULT_POLICY_SETTINGS);

describe("validatePolicy", () => {
  test("returns the patched override", () => {
    expect(validate({ idleMinutes: 15 }, { idleMinutes: 30, absoluteMinutes: 720 })).toEqual({
      ok: true,
      override: { idleMinutes: 15, absoluteMinutes: 720 },
    });
    expect(validate({})).toEqual({ ok: true, override: INHERIT });
  });

  test.each([
    ["idleMinutes", 9, 43_201],
    ["absoluteMinutes", 29, 129_601],
  ] as const)("accepts %s at its bounds and rejects the minute beyond", (field, below, above) => {
    const [min, max] = [below + 1, above - 1];
    for (const value of [below, above, 0, -1, 1e15])
      expect(validate({ [field]: value })).toEqual({
        ok: false,
        faults: [
          { field, code: "out_of_range", message: `Must be from ${min} to ${max} minutes.`, min, max },
        ],
      });
    const wide = { idleMinutes: 10, absoluteMinutes: 129_600 };
    for (const value of [min, max])
      expect(validate({ [field]: value }, wide).ok).toBe(field === "idleMinutes" || value >= 30);
  });

  test("rejects a value that is not a whole number", () => {
    for (const value of [15.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "15", true, {}])
      for (const field of FIELDS)
        expect(validate({ [field]: value as number })).toEqual({
          ok: false,
          faults: [
            { field, code: "wrong_type", message: "Must be a whole number of minutes, or null to inherit." },
          ],
        });
  });

  test("returns every fault, idle first, without comparing the limits", () => {
    const result = validate({ idleMinutes: 9, absoluteMinutes: 1.5 });
    expect(result.ok || result.faults.map(({ field, code }) => [field, code])).toEqual([
      ["idleMinutes", "out_of_range"],
      ["absoluteMinutes", "wrong_type"],
    ]);
    const both = validate({ idleMinutes: 50_000, absoluteMinutes: 29 });
    expect(both.ok || both.faults.map(({ code }) => code)).toEqual(["out_of_range", "out_of_range"]);
  });

  test.each([
    [{ idleMinutes: 45, absoluteMinutes: 45 }, null],
    [{ idleMinutes: 46, absoluteMinutes: 45 }, [46, 45]],
    [{ absoluteMinutes: 59 }, [60, 59]],
    [{ absoluteMinutes: 60 }, null],
    [{ idleMinutes: 1441 }, [1441, 1440]],
  ] as const)("compares the effective values of %j", (change, refused) => {
    expect(validate(change)).toEqual(
      refused === null
        ? { ok: true, override: { ...INHERIT, ...change } }
        : {
            ok: false,
            faults: [
              {
                field: "idleMinutes",
                code: "idle_exceeds_absolute",
                message: `The idle timeout (${refused[0]} minutes) must not be longer than the session may last (${refused[1]} minutes).`,
              },
            ],
          },
    );
  });

  test("rejects clearing a limit when the other depends on it", () => {
    const current = { idleMinutes: 2000, absoluteMinutes: 3000 };
    const result = validate({ absoluteMinutes: null }, current);
    expect(result.ok || result.faults[0]).toMatchObject({
      field: "idleMinutes",
      code: "idle_exceeds_absolute",
    });
    expect(validate({ idleMinutes: null }, current)).toEqual({
      ok: true,
      override: { idleMinutes: null, absoluteMinutes: 3000 },
    });
  });

  test("accepts an empty patch over an override that is no longer valid", () => {
    const saved = { idleMinutes: 90, absoluteMinutes: 45 };
    expect(validate({}, saved)).toEqual({ ok: true, override: saved });
    expect(validate({ idleMinutes: 90 }, saved).ok).toBe(false);
    expect(validate({ absoluteMinutes: 45 }, saved).ok).toBe(false);
  });

  test("accepts a patch exactly when both limits are in bounds and idle is at most absolute", () => {
    fc.assert(
      fc.property(patch, override, settings, (change, current, operator) => {
        const outOfBounds = FIELDS.filter((field) => {
          const value = change[field] ?? null;
          const [min, max] = [operator.bounds[`${field}Min`], operator.bounds[`${field}Max`]];
          return value !== null && (value < min || value > max);
        });
        const after = applyPatch(current, change);
        const { idleMinutes, absoluteMinutes } = inheritDefaults(after, operator);
        const isChange = FIELDS.some((field) => change[field] !== undefined);
        const result = validatePolicy(change, current, operator);
        expect(result.ok).toBe(outOfBounds.length === 0 && !(isChange && idleMinutes > absoluteMinutes));
        if (!result.ok && outOfBounds.length > 0)
          expect(result.faults.map(({ field }) => field)).toEqual(outOfBounds);
        if (result.ok) expect(result.override).toEqual(after);
        if (result.ok && isChange)
          expect(resolvePolicy(result.override, operator)).toEqual({ idleMinutes, absoluteMinutes });
      }),
      { numRuns: 1000 },
    );
  });
});

const { bounds, defaults } = DEFAULT_POLICY_SETTINGS;
const faultOf = (changed: { bounds?: Partial<typeof bounds>; defaults?: Partial<typeof defaults> }) =>
  policySettingsFault({
    bounds: { ...bounds, ...changed.bounds },
    defaults: { ...defaults, ...changed.defaults },
  });

describe("policySettingsFault", () => {
  test("accepts the defaults and any consistent settings", () => {
    expect(policySettingsFault(DEFAULT_POLICY_SETTINGS)).toBe(null);
    fc.assert(fc.property(settings, (operator) => policySettingsFault(operator) === null));
  });

  test.each(["idleMinutesMin", "idleMinutesMax", "absoluteMinutesMin", "absoluteMinutesMax"] as const)(
    "requires %s to be whole minutes, from 1 minute to 100 years",
    (field) => {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 52_560_001])
        expect(faultOf({ bounds: { [field]: value } })).toEqual({
          field,
          message: "must be a whole number of minutes, 1 or more",
        });
    },
  );

  test("accepts 1 minute and 100 years", () => {
    const max = 52_560_000;
    const widest: PolicySettings = {
      bounds: {
        idleMinutesMin: 1,
        idleMinutesMax: max,
        absoluteMinutesMin: 1,
        absoluteMinutesMax: max,
      },
      defaults: { idleMinutes: 1, absoluteMinutes: max },
    };
    expect(policySettingsFault(widest)).toBe(null);
  });

  test.each([
    ["idleMinutes", 60],
    ["absoluteMinutes", 1440],
  ] as const)("requires the minimum of %s to be at most its maximum", (limit, value) => {
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
  ] as const)("requires the default of %s to be within its bounds", (limit, min, max) => {
    const narrow = { [`${limit}Min`]: min, [`${limit}Max`]: max };
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN])
      expect(faultOf({ bounds: narrow, defaults: { [limit]: value } })).toEqual({
        field: `defaults.${limit}`,
        message: `must be a whole number from ${min} to ${max}`,
      });
    for (const value of [min, max])
      expect(faultOf({ bounds: narrow, defaults: { [limit]: value } })).toBe(null);
  });

  test("requires the default idle timeout to be at most the default absolute lifetime", () => {
    expect(faultOf({ defaults: { idleMinutes: 101, absoluteMinutes: 100 } })).toEqual({
      field: "defaults.idleMinutes",
      message: "must not be above the default absolute lifetime (100)",
    });
    expect(faultOf({ defaults: { idleMinutes: 100, absoluteMinutes: 100 } })).toBe(null);
  });
});
