import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scenario } from "./scenarios.js";
import type { Step } from "./steps.js";

/** Every kind of step; one that is left out does not compile. */
const KINDS = {
  open: true,
  check: true,
  touch: true,
  "end governed": true,
  import: true,
  prepare: true,
  "sign in": true,
  refresh: true,
  verify: true,
  end: true,
  "sign out": true,
  "revoke account": true,
  "revoke user": true,
  "update policy": true,
  "update user": true,
  "delete user": true,
  "delete account": true,
  wait: true,
  "wait until": true,
  "set the clock": true,
  sweep: true,
  compare: true,
  crash: true,
  concurrent: true,
} as const satisfies Record<Step["do"], true>;

/** What the stories have at each place: `open.times.notAfter` is a number, or null. */
function kindsByPlace(stories: readonly unknown[]): ReadonlyMap<string, ReadonlySet<string>> {
  const kinds = new Map<string, Set<string>>();
  const note = (value: unknown, place: string): void => {
    const known = kinds.get(place) ?? new Set();
    kinds.set(place, known.add(value === null || value === undefined ? "nothing" : "something"));
    if (typeof value !== "object" || value === null) return;
    const at = "do" in value && place !== value.do ? String(value.do) : place;
    if (at !== place) note(value, at);
    else
      for (const [name, inner] of Object.entries(value))
        note(inner, Array.isArray(value) ? at : `${at}.${name}`);
  };
  for (const story of stories) note(story, "scenario");
  return kinds;
}

describe("the stories of the model", () => {
  const kinds = kindsByPlace(fc.sample(scenario, { numRuns: 300, seed: 1 }));

  test("have every kind of step", () => {
    expect(Object.keys(KINDS).filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  test("have a value wherever one may be left out", () => {
    const neverThere = [...kinds].flatMap(([place, seen]) => (seen.has("something") ? [] : [place]));
    expect(neverThere).toEqual([]);
  });
});
