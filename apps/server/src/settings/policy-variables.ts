import { type PolicySettings, type PolicySettingsFault, policySettingsFault } from "@curfew/core/policy";
import type { SettingFault } from "./model.js";
import { VARIABLES, type Values, type VariableName } from "./variables.js";

type PolicyVariable = Extract<
  VariableName,
  `CURFEW_${"DEFAULT_" | ""}${"IDLE" | "ABSOLUTE"}_MINUTES${string}`
>;

/** The variable of each part, then the others that it is held against. */
const VARIABLES_OF: Readonly<
  Record<PolicySettingsFault["field"], readonly [PolicyVariable, ...PolicyVariable[]]>
> = {
  idleMinutesMin: ["CURFEW_IDLE_MINUTES_MIN", "CURFEW_IDLE_MINUTES_MAX"],
  idleMinutesMax: ["CURFEW_IDLE_MINUTES_MAX"],
  absoluteMinutesMin: ["CURFEW_ABSOLUTE_MINUTES_MIN", "CURFEW_ABSOLUTE_MINUTES_MAX"],
  absoluteMinutesMax: ["CURFEW_ABSOLUTE_MINUTES_MAX"],
  "defaults.idleMinutes": [
    "CURFEW_DEFAULT_IDLE_MINUTES",
    "CURFEW_IDLE_MINUTES_MIN",
    "CURFEW_IDLE_MINUTES_MAX",
    "CURFEW_DEFAULT_ABSOLUTE_MINUTES",
  ],
  "defaults.absoluteMinutes": [
    "CURFEW_DEFAULT_ABSOLUTE_MINUTES",
    "CURFEW_ABSOLUTE_MINUTES_MIN",
    "CURFEW_ABSOLUTE_MINUTES_MAX",
  ],
};

/**
 * The policy that the variables make, in minutes, or what is wrong with it.
 *
 * Where two of them don't go together, the fault names the one whose default would cure it.
 */
export function readPolicy(values: Values): { ok: true; policy: PolicySettings } | SettingFault {
  const policy = policyOf(values);
  const fault = policySettingsFault(policy);
  if (fault === null) return { ok: true, policy };
  const candidates = VARIABLES_OF[fault.field];
  const [own] = candidates;
  const name = candidates.find((candidate) => cures(candidate, values, fault)) ?? own;
  const message =
    name === own ? fault.message : `can't be ${values[name]}: ${own} is ${values[own]} and ${fault.message}`;
  return { ok: false, name, message };
}

function cures(name: PolicyVariable, values: Values, fault: PolicySettingsFault): boolean {
  const standard = VARIABLES[name](undefined);
  return (
    standard.ok && policySettingsFault(policyOf({ ...values, [name]: standard.value }))?.field !== fault.field
  );
}

const policyOf = (values: Values): PolicySettings => ({
  defaults: {
    idleMinutes: values.CURFEW_DEFAULT_IDLE_MINUTES,
    absoluteMinutes: values.CURFEW_DEFAULT_ABSOLUTE_MINUTES,
  },
  bounds: {
    idleMinutesMin: values.CURFEW_IDLE_MINUTES_MIN,
    idleMinutesMax: values.CURFEW_IDLE_MINUTES_MAX,
    absoluteMinutesMin: values.CURFEW_ABSOLUTE_MINUTES_MIN,
    absoluteMinutesMax: values.CURFEW_ABSOLUTE_MINUTES_MAX,
  },
});
