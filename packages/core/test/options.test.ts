import { describe, expect, test } from "vitest";
import { createCurfew } from "../src/engine.js";
import type { CurfewOptions } from "../src/options.js";
import { FakeClock } from "../testing/fake-clock.js";
import { emptyFeed, NOW, scriptedStore } from "./fixtures.js";

/** Creates an engine with these options over a store without sessions. */
const create = (options: Partial<CurfewOptions>) => () => {
  const clock = new FakeClock(NOW);
  return createCurfew({
    store: scriptedStore(emptyFeed),
    secret: Buffer.alloc(32, 1),
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
    ...options,
  });
};

describe("the options of createCurfew", () => {
  const fault = (field: string, code: string) =>
    expect.objectContaining({ details: { faults: [expect.objectContaining({ field, code })] } });

  test.each([
    ["secret", "out_of_range", { secret: Buffer.alloc(31) }],
    ["secret", "out_of_range", { secret: [Buffer.alloc(32), Buffer.alloc(31)] }],
    ["secret", "required", { secret: [] }],
    ["issuer", "required", { issuer: "" }],
    ["accessTokenSeconds", "out_of_range", { accessTokenSeconds: 0 }],
    ["accessTokenSeconds", "wrong_type", { accessTokenSeconds: 1.5 }],
    ["rotationGraceSeconds", "out_of_range", { rotationGraceSeconds: 61 }],
    ["rotationGraceSeconds", "out_of_range", { rotationGraceSeconds: -1 }],
    ["shadowLimit", "out_of_range", { shadowLimit: -1 }],
    ["shadowLimit", "wrong_type", { shadowLimit: 1.5 }],
    ["sessionsPerUser", "out_of_range", { sessionsPerUser: 0 }],
    ["reauthMinutes", "out_of_range", { reauthMinutes: -1 }],
    ["auditDays", "out_of_range", { auditDays: 0 }],
    [
      "policy.idleMinutesMin",
      "invalid_value",
      {
        policy: {
          defaults: { idleMinutes: 60, absoluteMinutes: 1440 },
          bounds: {
            idleMinutesMin: 90,
            idleMinutesMax: 80,
            absoluteMinutesMin: 30,
            absoluteMinutesMax: 2000,
          },
        },
      },
    ],
  ] as const)("with an invalid %s throw %s", (field, code, options) => {
    expect(create(options as Partial<CurfewOptions>)).toThrow(fault(field, code));
  });

  test.each([
    { rotationGraceSeconds: 0 },
    { rotationGraceSeconds: 60 },
    { shadowLimit: 0 },
    { reauthMinutes: 0 },
    { accessTokenSeconds: 1 },
    { secret: [Buffer.alloc(32, 1), Buffer.alloc(64, 2)] },
  ])("accept values at the bounds: %j", (options) => {
    expect(create(options)).not.toThrow();
  });

  const wrong = (field: string, values: readonly unknown[]) => values.map((value) => [field, value] as const);

  test.each([
    ...wrong("secret", ["secret", 5, null, {}, ["secret"], [null], new Date(0)]),
    ...wrong("store", [undefined, null, 5, "store", [], {}, new Date(0)]),
    ...wrong("issuer", [undefined, null, 5, {}, new URL("https://curfew.example")]),
    ...wrong("audience", [null, 5, {}, ["https://api.example"], ""]),
    ...[
      "accessTokenSeconds",
      "rotationGraceSeconds",
      "shadowLimit",
      "sessionsPerUser",
      "reauthMinutes",
      "auditDays",
    ].flatMap((field) => wrong(field, [null, "5", Number.NaN, Number.POSITIVE_INFINITY, 1.5, {}, [], 5n])),
    ...wrong("governedSince", [null, "2026-01-05", Number.NaN, 1.5, new Date(0), 2 ** 53]),
    ...wrong("owners", [null, "engine", 5, ["host"]]),
    ...wrong("policy", [null, 5, [], new Date(0)]),
    ...wrong("clock", [null, Date, 5, { now: () => 0 }]),
    ...wrong("scheduler", [null, setTimeout, {}]),
    ...["acceptsIssuer", "randomBytes", "onTrouble", "onFeedRow"].flatMap((field) =>
      wrong(field, [null, {}, "f"]),
    ),
  ])("with a %s of %o throw it as a fault", (field, value) => {
    expect(create({ [field]: value })).toThrow(
      expect.objectContaining({
        code: "validation_failed",
        details: { faults: [expect.objectContaining({ field })] },
      }),
    );
  });

  test.each([undefined, null, 5, "options", []])("are an object, and not %o", (options) => {
    expect(() => createCurfew(options as never)).toThrow(
      expect.objectContaining({ details: { faults: [expect.objectContaining({ field: "options" })] } }),
    );
  });

  test("tell a wrong limit of the policy with its path", () => {
    const policy = { defaults: { idleMinutes: "60", absoluteMinutes: 1440 }, bounds: null };
    expect(create({ policy } as never)).toThrow(
      expect.objectContaining({
        details: {
          faults: [
            { field: "policy.defaults.idleMinutes", code: "wrong_type", message: "Must be a whole number." },
            { field: "policy.bounds", code: "wrong_type", message: "Must be an object." },
          ],
        },
      }),
    );
  });

  test("throw with every fault", () => {
    expect(create({ issuer: "", auditDays: 0 })).toThrow(
      expect.objectContaining({ details: { faults: [expect.anything(), expect.anything()] } }),
    );
  });
});

describe("reauthMinutes", () => {
  test.each([
    [15 * 60_000, false],
    [15 * 60_000 + 1, true],
  ])("is 15 by default: a sign-in %i ms ago requires reauthentication: %s", (ageMs, isTooOld) => {
    const curfew = create({})();
    const require = () => curfew.requireRecentSignIn(NOW - ageMs);
    if (isTooOld) expect(require).toThrow(expect.objectContaining({ code: "reauthentication_required" }));
    else expect(require).not.toThrow();
  });

  test("of 0 disables the check", () => {
    const curfew = create({ reauthMinutes: 0 })();
    expect(() => curfew.requireRecentSignIn(0)).not.toThrow();
  });
});
