import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRESETS, STANDARDS, standardsFor } from "../../src/policy/index.js";

const supported = (idleMinutes: number, absoluteMinutes: number): string[] =>
  standardsFor({ idleMinutes, absoluteMinutes })
    .filter((standard) => standard.supported)
    .map((standard) => standard.id);

describe("STANDARDS", () => {
  test("have names, sources and limits", () => {
    expect(STANDARDS).toEqual([
      {
        id: "nist-aal1",
        name: "NIST SP 800-63B-4 AAL1",
        source: "NIST SP 800-63B-4 §2.1.3",
        idleMinutesMax: null,
        absoluteMinutesMax: 43_200,
      },
      {
        id: "nist-aal2",
        name: "NIST SP 800-63B-4 AAL2",
        source: "NIST SP 800-63B-4 §2.2.3",
        idleMinutesMax: 60,
        absoluteMinutesMax: 1440,
      },
      {
        id: "nist-aal3",
        name: "NIST SP 800-63B-4 AAL3",
        source: "NIST SP 800-63B-4 §2.3.3",
        idleMinutesMax: 15,
        absoluteMinutesMax: 720,
      },
      {
        id: "pci-dss-8.2.8",
        name: "PCI DSS 8.2.8",
        source: "PCI DSS v4.0.1 requirement 8.2.8",
        idleMinutesMax: 15,
        absoluteMinutesMax: null,
      },
    ]);
  });
});

describe("standardsFor", () => {
  test.each([
    [15, 720, ["nist-aal1", "nist-aal2", "nist-aal3", "pci-dss-8.2.8"]],
    [15, 721, ["nist-aal1", "nist-aal2", "pci-dss-8.2.8"]],
    [16, 720, ["nist-aal1", "nist-aal2"]],
    [60, 1440, ["nist-aal1", "nist-aal2"]],
    [61, 1440, ["nist-aal1"]],
    [60, 1441, ["nist-aal1"]],
    [43_200, 43_200, ["nist-aal1"]],
    [15, 43_201, ["pci-dss-8.2.8"]],
    [16, 43_201, []],
  ])("%i idle and %i absolute minutes support %j", (idleMinutes, absoluteMinutes, ids) => {
    expect(supported(idleMinutes, absoluteMinutes)).toEqual(ids);
  });

  test("returns each standard in full, supported or not", () => {
    const standards = standardsFor({ idleMinutes: 16, absoluteMinutes: 720 });
    expect(standards.map(({ supported: _, ...standard }) => standard)).toEqual(STANDARDS);
    expect(standards.map((standard) => standard.supported)).toEqual([true, true, false, false]);
  });

  test("the strict preset supports every standard", () => {
    const { idleMinutes, absoluteMinutes } = PRESETS.strict;
    expect(supported(idleMinutes ?? 0, absoluteMinutes ?? 0)).toHaveLength(STANDARDS.length);
  });

  test("a stricter policy supports no fewer standards", () => {
    const minutes = fc.integer({ min: 1, max: 50_000 });
    const less = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(minutes, minutes, less, less, (idle, absolute, idleLess, absoluteLess) => {
        const stricter = supported(Math.max(idle - idleLess, 1), Math.max(absolute - absoluteLess, 1));
        expect(stricter).toEqual(expect.arrayContaining(supported(idle, absolute)));
      }),
    );
  });
});
