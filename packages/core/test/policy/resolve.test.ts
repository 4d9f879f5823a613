import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  DEFAULT_POLICY_SETTINGS,
  INHERIT,
  inheritDefaults,
  loosens,
  resolvePolicy,
} from "../../src/policy/index.js";
import { FIELDS, override, patch, settings } from "./arbitraries.js";

describe("the defaults", () => {
  test("are NIST's AAL2: an hour of inactivity, a day in all, within wide bounds", () => {
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

  test("are what an account has that sets nothing", () => {
    expect(INHERIT).toEqual({ idleMinutes: null, absoluteMinutes: null });
    expect(resolvePolicy(INHERIT, DEFAULT_POLICY_SETTINGS)).toEqual({
      idleMinutes: 60,
      absoluteMinutes: 1440,
    });
  });
});

describe("inheritDefaults", () => {
  test("takes each limit from the override, else from the live default, by itself", () => {
    const inherit = (idleMinutes: number | null, absoluteMinutes: number | null) =>
      inheritDefaults({ idleMinutes, absoluteMinutes }, DEFAULT_POLICY_SETTINGS);
    expect(inherit(15, null)).toEqual({ idleMinutes: 15, absoluteMinutes: 1440 });
    expect(inherit(null, 720)).toEqual({ idleMinutes: 60, absoluteMinutes: 720 });
    expect(inherit(15, 720)).toEqual({ idleMinutes: 15, absoluteMinutes: 720 });
  });

  test("keeps an override inside the bounds of now, to the minute", () => {
    const { bounds } = DEFAULT_POLICY_SETTINGS;
    for (const field of FIELDS) {
      const [min, max] = [bounds[`${field}Min`], bounds[`${field}Max`]];
      for (const [set, held] of [
        [min - 1, min],
        [min, min],
        [min + 1, min + 1],
        [max - 1, max - 1],
        [max, max],
        [max + 1, max],
      ] as const)
        expect(inheritDefaults({ ...INHERIT, [field]: set }, DEFAULT_POLICY_SETTINGS)[field]).toBe(held);
    }
  });

  test("lets idle stand above the absolute limit, which is for others to judge", () => {
    expect(inheritDefaults({ idleMinutes: 90, absoluteMinutes: 45 }, DEFAULT_POLICY_SETTINGS)).toEqual({
      idleMinutes: 90,
      absoluteMinutes: 45,
    });
  });
});

describe("resolvePolicy", () => {
  test("never lets idle outlast the session", () => {
    expect(resolvePolicy({ idleMinutes: 90, absoluteMinutes: 45 }, DEFAULT_POLICY_SETTINGS)).toEqual({
      idleMinutes: 45,
      absoluteMinutes: 45,
    });
  });

  test("always answers an absolute limit within bounds, and the nearest to what was set", () => {
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

  test("follows the default where nothing is set, whatever it becomes", () => {
    fc.assert(
      fc.property(settings, (operator) => {
        expect(resolvePolicy(INHERIT, operator)).toEqual(operator.defaults);
      }),
    );
  });
});

describe("applyPatch", () => {
  test("leaves what is absent, clears what is null, and sets what is given", () => {
    const set = { idleMinutes: 20, absoluteMinutes: 600 };
    expect(applyPatch(set, {})).toEqual(set);
    expect(applyPatch(set, { idleMinutes: null })).toEqual({ idleMinutes: null, absoluteMinutes: 600 });
    expect(applyPatch(set, { absoluteMinutes: null })).toEqual({ idleMinutes: 20, absoluteMinutes: null });
    expect(applyPatch(set, { idleMinutes: 30, absoluteMinutes: 700 })).toEqual({
      idleMinutes: 30,
      absoluteMinutes: 700,
    });
  });

  test("comes to the same when it is applied twice, and takes nothing from before where all is given", () => {
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
  ])("is told of %s", (_, after, expected) => {
    expect(loosens(policy(60, 1440), after)).toBe(expected);
  });
});
