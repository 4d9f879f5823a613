import type { EffectivePolicy } from "./policy.js";

/** A published pair of limits; null if the standard sets none. */
export interface Standard {
  readonly id: string;
  readonly name: string;
  /** The document and its section. */
  readonly source: string;
  readonly idleMinutesMax: number | null;
  readonly absoluteMinutesMax: number | null;
}

export const STANDARDS: readonly Standard[] = [
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
];

/**
 * Returns every standard, each with whether a policy keeps within its limits.
 *
 * @param policy the effective limits, in minutes
 * @example standardsFor({ idleMinutes: 15, absoluteMinutes: 720 }).every((standard) => standard.supported)
 */
export function standardsFor(policy: EffectivePolicy): (Standard & { supported: boolean })[] {
  return STANDARDS.map((standard) => ({
    ...standard,
    supported:
      isWithin(policy.idleMinutes, standard.idleMinutesMax) &&
      isWithin(policy.absoluteMinutes, standard.absoluteMinutesMax),
  }));
}

const isWithin = (minutes: number, max: number | null): boolean => max === null || minutes <= max;
