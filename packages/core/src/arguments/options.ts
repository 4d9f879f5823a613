import type { Clock, Scheduler } from "../clock.js";
import type { CurfewOptions } from "../options.js";
import type { EffectivePolicy, PolicyBounds, PolicySettings } from "../policy/policy.js";
import { policySettingsFault } from "../policy/validate.js";
import {
  both,
  type Check,
  callback,
  isBytes,
  moment,
  object,
  oneOf,
  optional,
  text,
  wholeNumber,
} from "./checks.js";
import { fieldsOf, refuseFaults } from "./describe.js";

const MIN_SECRET_BYTES = 32;

const oneSecret: Check = (value) => {
  if (!isBytes(value)) return [{ field: "", code: "wrong_type", message: "Must be a Uint8Array." }];
  if (value.byteLength >= MIN_SECRET_BYTES) return null;
  const message = `Must have ${MIN_SECRET_BYTES} bytes or more.`;
  return [{ field: "", code: "out_of_range", message, min: MIN_SECRET_BYTES }];
};

const secrets: Check = (value) => {
  if (value === undefined || (Array.isArray(value) && value.length === 0))
    return [{ field: "", code: "required", message: "At least one secret is needed." }];
  const faults = (Array.isArray(value) ? value : [value]).flatMap((secret) => oneSecret(secret) ?? []);
  return faults.length === 0 ? null : faults;
};

/** Bounds and order are `policySettingsFault`'s to judge. */
const minutes: Check = wholeNumber({ min: Number.MIN_SAFE_INTEGER });

const policyTypes = object<PolicySettings>({
  defaults: object<EffectivePolicy>({ idleMinutes: minutes, absoluteMinutes: minutes }),
  bounds: object<PolicyBounds>({
    idleMinutesMin: minutes,
    idleMinutesMax: minutes,
    absoluteMinutesMin: minutes,
    absoluteMinutesMax: minutes,
  }),
});

const policy = both(policyTypes, (value) => {
  const fault = policySettingsFault(value as PolicySettings);
  return fault && [{ ...fault, code: "invalid_value" }];
});

const optionalNumber = (min: number, max: number): Check => optional(wholeNumber({ min, max }));

/** A part that the host may write itself, of whatever class. */
const partWith =
  (methods: readonly string[]): Check =>
  (value) => {
    if (value === undefined) return [{ field: "", code: "required", message: "Must be given." }];
    const isPart =
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
    if (isPart) return null;
    return [{ field: "", code: "wrong_type", message: `Must be an object with ${methods.join(" and ")}.` }];
  };
const CLOCK_METHODS: readonly (keyof Clock)[] = ["now", "monotonic"];
const SCHEDULER_METHODS: readonly (keyof Scheduler)[] = ["after"];

const options = fieldsOf(
  "options",
  object<CurfewOptions>({
    store: partWith(["startSession", "readFeed"]),
    secret: secrets,
    issuer: text({ min: 1 }),
    audience: optional(text({ min: 1 })),
    acceptsIssuer: optional(callback),
    policy: optional(policy),
    accessTokenSeconds: optionalNumber(1, 86_400),
    rotationGraceSeconds: optionalNumber(0, 60),
    shadowLimit: optionalNumber(0, 1000),
    sessionsPerUser: optionalNumber(1, 1_000_000),
    reauthMinutes: optionalNumber(0, 525_600),
    auditDays: optionalNumber(1, 36_500),
    governedSince: optional(moment),
    owners: optional(oneOf(["host"])),
    clock: optional(partWith(CLOCK_METHODS)),
    scheduler: optional(partWith(SCHEDULER_METHODS)),
    randomBytes: optional(callback),
    onTrouble: optional(callback),
    onFeedRow: optional(callback),
  }),
);

/** @throws CurfewError `validation_failed` with every fault, named as the option */
export const refuseFaultyOptions = (value: unknown): void => refuseFaults([options], [value]);
