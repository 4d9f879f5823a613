import { randomBytes } from "node:crypto";
import { type Clock, type RandomBytes, type Scheduler, systemClock, systemScheduler } from "../clock.js";
import type { CurfewOptions, Trouble } from "../curfew.js";
import { CurfewError, type FieldFault } from "../errors.js";
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from "../policy/policy.js";
import { policySettingsFault } from "../policy/validate.js";

/** `CurfewOptions` with every default filled in and every bound checked. */
export interface EngineSettings {
  readonly secrets: readonly [Uint8Array, ...Uint8Array[]];
  readonly issuer: string;
  readonly audience: string;
  readonly acceptsIssuer: (issuer: string) => boolean;
  readonly policy: PolicySettings;
  readonly accessTokenSeconds: number;
  readonly graceMs: number;
  readonly sessionsPerUser: number;
  readonly reauthMs: number;
  readonly auditRetentionMs: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly randomBytes: RandomBytes;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFeedRow: (lagMs: number) => void;
}

const SECRET_BYTES_MIN = 32;
const DAY_MS = 86_400_000;

/** Throws `validation_failed` with every fault, each named as the option is. */
export function engineSettings<Extra>(options: CurfewOptions<Extra>): EngineSettings {
  const faults: FieldFault[] = [];
  const whole = (field: keyof CurfewOptions, value: number, min: number, max: number): number => {
    if (!Number.isSafeInteger(value))
      faults.push({ field, code: "wrong_type", message: "Must be a whole number." });
    else if (value < min || value > max)
      faults.push({ field, code: "out_of_range", message: `Must be from ${min} to ${max}.`, min, max });
    return value;
  };

  const [first, ...others] = options.secret instanceof Uint8Array ? [options.secret] : options.secret;
  if (first === undefined)
    faults.push({ field: "secret", code: "required", message: "At least one secret is needed." });
  for (const secret of [first, ...others])
    if (secret !== undefined && secret.byteLength < SECRET_BYTES_MIN)
      faults.push({
        field: "secret",
        code: "out_of_range",
        message: `Must be of ${SECRET_BYTES_MIN} bytes or more.`,
        min: SECRET_BYTES_MIN,
      });
  if (options.issuer === "")
    faults.push({
      field: "issuer",
      code: "required",
      message: "Must be the URL that tokens are issued for.",
    });
  const policy = options.policy ?? DEFAULT_POLICY_SETTINGS;
  const policyFault = policySettingsFault(policy);
  if (policyFault !== null)
    faults.push({
      field: `policy.${policyFault.field}`,
      code: "invalid_value",
      message: policyFault.message,
    });

  const accessTokenSeconds = whole("accessTokenSeconds", options.accessTokenSeconds ?? 300, 1, 86_400);
  const graceSeconds = whole("rotationGraceSeconds", options.rotationGraceSeconds ?? 10, 0, 60);
  const sessionsPerUser = whole("sessionsPerUser", options.sessionsPerUser ?? 100, 1, 1_000_000);
  const reauthMinutes = whole("reauthMinutes", options.reauthMinutes ?? 15, 0, 525_600);
  const auditDays = whole("auditDays", options.auditDays ?? 365, 1, 36_500);
  if (faults.length > 0 || first === undefined) throw new CurfewError("validation_failed", { faults });

  return {
    secrets: [first, ...others],
    issuer: options.issuer,
    audience: options.audience ?? options.issuer,
    acceptsIssuer: options.acceptsIssuer ?? (() => false),
    policy,
    accessTokenSeconds,
    graceMs: graceSeconds * 1000,
    sessionsPerUser,
    reauthMs: reauthMinutes * 60_000,
    auditRetentionMs: auditDays * DAY_MS,
    clock: options.clock ?? systemClock,
    scheduler: options.scheduler ?? systemScheduler,
    randomBytes: options.randomBytes ?? randomBytes,
    onTrouble: options.onTrouble ?? (() => undefined),
    onFeedRow: options.onFeedRow ?? (() => undefined),
  };
}
