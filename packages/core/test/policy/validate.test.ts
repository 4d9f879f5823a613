import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  DEFAULT_POLICY_SETTINGS,
  INHERIT,
  inheritDefaults,
  type PolicyPatch,
  resolvePolicy,
  validatePolicy,
} from "../../src/policy/index.js";
import { FIELDS, override, patch, settings } from "./arbitraries.js";

const validate = (change: PolicyPatch, current = INHERIT) =>
  validatePolicy(change, current, DEFAULT_POLICY_SETTINGS);

describe("validatePolicy", () => {
  test("answers the override that the patch makes", () => {
    expect(validate({ idleMinutes: 15 }, { idleMinutes: 30, absoluteMinutes: 720 })).toEqual({
      ok: true,
      override: { idleMinutes: 15, absoluteMinutes: 720 },
    });
    expect(validate({})).toEqual({ ok: true, override: INHERIT });
  });

  test.each([
    ["idleMinutes", 9, 43_201],
    ["absoluteMinutes", 29, 129_601],
  ] as const)("takes %s at its bounds and refuses the minute beyond", (field, below, above) => {
    const [min, max] = [below + 1, above - 1];
    for (const value of [below, above, 0, -1, 1e15])
      expect(validate({ [field]: value })).toEqual({
        ok: false,
        faults: [
          { field, code: "out_of_range", message: `Must be from ${min} to ${max} minutes.`, min, max },
        ],
      });
    const roomy = { idleMinutes: 10, absoluteMinutes: 129_600 };
    for (const value of [min, max])
      expect(validate({ [field]: value }, roomy).ok).toBe(field === "idleMinutes" || value >= 30);
  });

  test("takes no number that is not whole", () => {
    for (const value of [15.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "15", true, {}])
      for (const field of FIELDS)
        expect(validate({ [field]: value as number })).toEqual({
          ok: false,
          faults: [
            { field, code: "wrong_type", message: "Must be a whole number of minutes, or null to inherit." },
          ],
        });
  });

  test("tells every fault at once, idle's first, and leaves the comparison out", () => {
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
  ] as const)("compares %j on the effective values", (change, refused) => {
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

  test("refuses to clear a limit that the other needs", () => {
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

  test("does not blame a patch that changes nothing for what was saved before", () => {
    const odd = { idleMinutes: 90, absoluteMinutes: 45 };
    expect(validate({}, odd)).toEqual({ ok: true, override: odd });
    expect(validate({ idleMinutes: 90 }, odd).ok).toBe(false);
    expect(validate({ absoluteMinutes: 45 }, odd).ok).toBe(false);
  });

  test("takes exactly the patches that leave both limits in bounds and idle below the lifetime", () => {
    fc.assert(
      fc.property(patch, override, settings, (change, current, operator) => {
        const outOfBounds = FIELDS.filter((field) => {
          const value = change[field] ?? null;
          const { bounds } = operator;
          return value !== null && (value < bounds[`${field}Min`] || value > bounds[`${field}Max`]);
        });
        const after = applyPatch(current, change);
        const { idleMinutes, absoluteMinutes } = inheritDefaults(after, operator);
        const isTouched = FIELDS.some((field) => change[field] !== undefined);
        const result = validatePolicy(change, current, operator);
        expect(result.ok).toBe(outOfBounds.length === 0 && !(isTouched && idleMinutes > absoluteMinutes));
        if (!result.ok && outOfBounds.length > 0)
          expect(result.faults.map(({ field }) => field)).toEqual(outOfBounds);
        if (result.ok) expect(result.override).toEqual(after);
        if (result.ok && isTouched)
          expect(resolvePolicy(result.override, operator)).toEqual({ idleMinutes, absoluteMinutes });
      }),
      { numRuns: 1000 },
    );
  });
});
