import type { PolicyFault, PolicyField } from "@curfew/core/policy";
import { describe, expect, it } from "vitest";
import {
  choosePreset,
  draftFaults,
  draftLimits,
  draftOf,
  draftOverride,
  isDirty,
  type PolicyDraft,
  shownFaults,
  typedMinutes,
} from "../../src/policy/policy-draft.js";
import { customPolicy, securityPolicy } from "./security-policy.js";

const custom = (idleMinutes: string, absoluteMinutes: string): PolicyDraft => ({
  preset: "custom",
  idleMinutes,
  absoluteMinutes,
  applyNow: false,
});
const codes = (faults: readonly PolicyFault[]) => faults.map(({ field, code }) => `${field} ${code}`);

describe("what stands in the form", () => {
  it("is the limits that hold, before anybody types", () => {
    expect(draftOf(securityPolicy())).toEqual({
      preset: "standard",
      idleMinutes: "60",
      absoluteMinutes: "1440",
      applyNow: false,
    });
    expect(draftOf(customPolicy(30, 480))).toMatchObject({ preset: "custom", idleMinutes: "30" });
  });

  it("takes a preset's numbers when it is chosen, and keeps them when Custom is chosen after it", () => {
    const strict = choosePreset(draftOf(securityPolicy()), "strict", securityPolicy());
    expect(strict).toMatchObject({ preset: "strict", idleMinutes: "15", absoluteMinutes: "720" });
    expect(choosePreset(strict, "custom", securityPolicy())).toEqual({ ...strict, preset: "custom" });
  });

  it("shows the operator's defaults for Standard, whatever was typed", () => {
    const policy = securityPolicy({ default_idle_minutes: 45, default_absolute_minutes: 600 });
    expect(choosePreset(custom("7", "nonsense"), "standard", policy)).toMatchObject({
      idleMinutes: "45",
      absoluteMinutes: "600",
    });
  });

  it("is saved as an override: none for Standard, 15 and 720 for Strict, what is shown for Custom", () => {
    const standard = draftOf(securityPolicy());
    expect(draftOverride(standard)).toEqual({ idleMinutes: null, absoluteMinutes: null });
    expect(draftOverride({ ...standard, preset: "strict" })).toEqual({
      idleMinutes: 15,
      absoluteMinutes: 720,
    });
    expect(draftOverride({ ...standard, preset: "custom" })).toEqual({
      idleMinutes: 60,
      absoluteMinutes: 1440,
    });
  });

  it("is unsaved once a number, the preset or the checkbox differs, and saved again when it is put back", () => {
    const policy = customPolicy(30, 480);
    const draft = draftOf(policy);
    expect(isDirty(draft, policy)).toBe(false);
    expect(isDirty({ ...draft, idleMinutes: "31" }, policy)).toBe(true);
    expect(isDirty({ ...draft, absoluteMinutes: "481" }, policy)).toBe(true);
    expect(isDirty({ ...draft, applyNow: true }, policy)).toBe(true);
    expect(isDirty({ ...draft, preset: "standard" }, policy)).toBe(true);
    expect(isDirty({ ...draft, idleMinutes: "30" }, policy)).toBe(false);
  });
});

describe("what is typed", () => {
  it.each([
    ["15", 15],
    [" 15 ", 15],
    ["007", 7],
    ["-5", -5],
    ["0", 0],
  ])("reads %j as %d minutes", (typed, minutes) => expect(typedMinutes(typed)).toBe(minutes));

  it.each(["", " ", "15.5", "1e3", "0x10", "fifteen", "15 20", "٣"])("reads %j as no whole number", (typed) =>
    expect(typedMinutes(typed)).toBeNaN(),
  );

  it.each([
    ["9", "720", ["idleMinutes out_of_range"]],
    ["10", "720", []],
    ["15.5", "720", ["idleMinutes wrong_type"]],
    ["", "", ["idleMinutes wrong_type", "absoluteMinutes wrong_type"]],
    ["60", "29", ["absoluteMinutes out_of_range"]],
    ["60", "30", ["idleMinutes idle_exceeds_absolute"]],
    ["30", "30", []],
    ["43201", "129601", ["idleMinutes out_of_range", "absoluteMinutes out_of_range"]],
  ])("finds in %j and %j the faults %j", (idle, absolute, faults) => {
    expect(codes(draftFaults(custom(idle, absolute), securityPolicy()))).toEqual(faults);
  });

  it("holds a preset to the operator's bounds as well", () => {
    const policy = securityPolicy({ idle_minutes_min: 20 });
    const strict = choosePreset(draftOf(policy), "strict", policy);
    expect(codes(draftFaults(strict, policy))).toEqual(["idleMinutes out_of_range"]);
    expect(shownFaults(strict, draftFaults(strict, policy), new Set())).toHaveLength(1);
  });

  it("can be drawn while both are numbers of minutes, idle cut to the maximum", () => {
    expect(draftLimits(custom("15", "720"))).toEqual({ idleMinutes: 15, absoluteMinutes: 720 });
    expect(draftLimits(custom("60", "30"))).toEqual({ idleMinutes: 30, absoluteMinutes: 30 });
    expect(draftLimits(custom("", "30"))).toBeNull();
    expect(draftLimits(custom("0", "30"))).toBeNull();
    expect(draftLimits(custom("15", "99999999999999999"))).toBeNull();
  });
});

describe("the faults that show", () => {
  const left = (...fields: PolicyField[]) => new Set(fields);
  const shown = (draft: PolicyDraft, fields: Set<PolicyField>) =>
    codes(shownFaults(draft, draftFaults(draft, securityPolicy()), fields));

  it("wait until the person has left the field", () => {
    expect(shown(custom("9", "29"), left())).toEqual([]);
    expect(shown(custom("9", "29"), left("absoluteMinutes"))).toEqual(["absoluteMinutes out_of_range"]);
    expect(shown(custom("9", "29"), left("idleMinutes", "absoluteMinutes"))).toHaveLength(2);
  });

  it("tell that idle is longer than the maximum once either field has been left", () => {
    expect(shown(custom("60", "30"), left())).toEqual([]);
    expect(shown(custom("60", "30"), left("absoluteMinutes"))).toEqual(["idleMinutes idle_exceeds_absolute"]);
    expect(shown(custom("60", "30"), left("idleMinutes"))).toEqual(["idleMinutes idle_exceeds_absolute"]);
  });
});
