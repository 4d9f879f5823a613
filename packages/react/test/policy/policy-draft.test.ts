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
import { customPolicy, securityPolicy } from "../support/security-policy.js";

const custom = (idleMinutes: string, absoluteMinutes: string): PolicyDraft => ({
  preset: "custom",
  idleMinutes,
  absoluteMinutes,
  applyNow: false,
});
const codes = (faults: readonly PolicyFault[]) => faults.map(({ field, code }) => `${field} ${code}`);

describe("the draft", () => {
  it("starts with the effective limits", () => {
    expect(draftOf(securityPolicy())).toEqual({
      preset: "standard",
      idleMinutes: "60",
      absoluteMinutes: "1440",
      applyNow: false,
    });
    expect(draftOf(customPolicy(30, 480))).toMatchObject({ preset: "custom", idleMinutes: "30" });
  });

  it("takes the limits of a preset, and Custom keeps them", () => {
    const strict = choosePreset(draftOf(securityPolicy()), "strict", securityPolicy());
    expect(strict).toMatchObject({ preset: "strict", idleMinutes: "15", absoluteMinutes: "720" });
    expect(choosePreset(strict, "custom", securityPolicy())).toEqual({ ...strict, preset: "custom" });
  });

  it("takes the operator's defaults for Standard, replacing any input", () => {
    const policy = securityPolicy({ default_idle_minutes: 45, default_absolute_minutes: 600 });
    expect(choosePreset(custom("7", "nonsense"), "standard", policy)).toMatchObject({
      idleMinutes: "45",
      absoluteMinutes: "600",
    });
  });

  it("is saved without an override for Standard, as 15 and 720 for Strict, as typed for Custom", () => {
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

  it("is dirty while a limit, the preset or the checkbox differs from the policy", () => {
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

describe("the input of a limit", () => {
  it.each([
    ["15", 15],
    [" 15 ", 15],
    ["007", 7],
    ["-5", -5],
    ["0", 0],
  ])("%j is parsed as %d minutes", (typed, minutes) => expect(typedMinutes(typed)).toBe(minutes));

  it.each(["", " ", "15.5", "1e3", "0x10", "fifteen", "15 20", "٣"])("%j is not an integer", (typed) =>
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
  ])("idle %j and maximum %j have the faults %j", (idle, absolute, faults) => {
    expect(codes(draftFaults(custom(idle, absolute), securityPolicy()))).toEqual(faults);
  });

  it("from a preset is checked against the operator's bounds too", () => {
    const policy = securityPolicy({ idle_minutes_min: 20 });
    const strict = choosePreset(draftOf(policy), "strict", policy);
    expect(codes(draftFaults(strict, policy))).toEqual(["idleMinutes out_of_range"]);
    expect(shownFaults(strict, draftFaults(strict, policy), new Set())).toHaveLength(1);
  });

  it("can be drawn while both limits are positive integers, idle cut to the maximum", () => {
    expect(draftLimits(custom("15", "720"))).toEqual({ idleMinutes: 15, absoluteMinutes: 720 });
    expect(draftLimits(custom("60", "30"))).toEqual({ idleMinutes: 30, absoluteMinutes: 30 });
    expect(draftLimits(custom("", "30"))).toBeNull();
    expect(draftLimits(custom("0", "30"))).toBeNull();
    expect(draftLimits(custom("15", "99999999999999999"))).toBeNull();
  });
});

describe("the shown faults", () => {
  const blurred = (...fields: PolicyField[]) => new Set(fields);
  const shown = (draft: PolicyDraft, fields: Set<PolicyField>) =>
    codes(shownFaults(draft, draftFaults(draft, securityPolicy()), fields));

  it("are those of fields that have lost the focus", () => {
    expect(shown(custom("9", "29"), blurred())).toEqual([]);
    expect(shown(custom("9", "29"), blurred("absoluteMinutes"))).toEqual(["absoluteMinutes out_of_range"]);
    expect(shown(custom("9", "29"), blurred("idleMinutes", "absoluteMinutes"))).toHaveLength(2);
  });

  it("include idle_exceeds_absolute once either field has lost the focus", () => {
    const expected = ["idleMinutes idle_exceeds_absolute"];
    expect(shown(custom("60", "30"), blurred())).toEqual([]);
    expect(shown(custom("60", "30"), blurred("absoluteMinutes"))).toEqual(expected);
    expect(shown(custom("60", "30"), blurred("idleMinutes"))).toEqual(expected);
  });
});
