import { randomBytes } from "node:crypto";
import { type Clock, type Scheduler, systemClock, systemScheduler } from "./clock.js";
import { CurfewError, type FieldFault } from "./errors.js";
import type { RandomBytes } from "./id.js";
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from "./policy/policy.js";
import { policySettingsFault } from "./policy/validate.js";
import type { Store } from "./store.js";

/** The options of `createCurfew`. */
export interface CurfewOptions<HostStatements = never> {
  store: Store<HostStatements>;
  /** One secret of 32 bytes or more, or several: the first signs, all verify. Rotate `old,new`, `new,old`, `new`. */
  secret: Uint8Array | readonly Uint8Array[];
  /** `iss` of access tokens, a URL (RFC 9068 §2.2). */
  issuer: string;
  /** `aud` of access tokens (default: the issuer). */
  audience?: string;
  /**
   * Accepts access tokens of other issuers, for replicas that share the secret under several names. The audience of such a token
   * must be its issuer. Default: none.
   */
  acceptsIssuer?: (issuer: string) => boolean;
  /** Defaults and bounds for all accounts, in minutes. */
  policy?: PolicySettings;
  /** Lifetime of an access token, in seconds (300). It never exceeds a deadline of the session. */
  accessTokenSeconds?: number;
  /** How long an unbound client may still present its previous refresh token, in seconds (10; 0 to 60). */
  rotationGraceSeconds?: number;
  /**
   * After how many rotations in a row, each followed by the previous refresh token from another network, an unbound session ends
   * as `token_reused` (3; 0 to 1,000; 0 disables the check).
   */
  shadowLimit?: number;
  /** Maximum number of live sessions per user (100). */
  sessionsPerUser?: number;
  /** Maximum age of a sign-in for a call that loosens security, in minutes (15; 0 disables the check). */
  reauthMinutes?: number;
  /** Retention of the audit trail, in days (365). */
  auditDays?: number;
  clock?: Clock;
  scheduler?: Scheduler;
  randomBytes?: RandomBytes;
  /** Called for each problem that is not a caller's fault. */
  onTrouble?: (trouble: Trouble) => void;
  /**
   * Called for each row that another process wrote to the revocation feed, when it is first read here, with its delay in
   * milliseconds by the database's clock.
   */
  onFeedRow?: (lagMs: number) => void;
}

export interface Trouble {
  /** `database_went_back`: a client holds a refresh token newer than its session, as after a restore. */
  readonly kind: "feed_read_failed" | "sweep_failed" | "database_went_back";
  readonly cause?: unknown;
  readonly accountId?: string;
  readonly sessionId?: string;
}

/** `CurfewOptions` validated, with defaults filled in. */
export interface EngineSettings {
  readonly secrets: readonly [Uint8Array, ...Uint8Array[]];
  readonly issuer: string;
  readonly audience: string;
  readonly acceptsIssuer: (issuer: string) => boolean;
  readonly policy: PolicySettings;
  readonly accessTokenSeconds: number;
  readonly graceMs: number;
  readonly shadowLimit: number;
  readonly sessionsPerUser: number;
  readonly reauthMs: number;
  readonly auditRetentionMs: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly randomBytes: RandomBytes;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFeedRow: (lagMs: number) => void;
}

const MIN_SECRET_BYTES = 32;
const DAY_MS = 86_400_000;

/**
 * Validates the options and fills in defaults.
 *
 * @throws CurfewError `validation_failed` with every fault, named as the option
 */
export function resolveOptions(options: CurfewOptions): EngineSettings {
  const faults: FieldFault[] = [];
  const wholeNumber = (field: keyof CurfewOptions, value: number, min: number, max: number): number => {
    if (!Number.isSafeInteger(value))
      faults.push({ field, code: "wrong_type", message: "Must be a whole number." });
    else if (value < min || value > max)
      faults.push({ field, code: "out_of_range", message: `Must be from ${min} to ${max}.`, min, max });
    return value;
  };

  const [firstSecret, ...otherSecrets] =
    options.secret instanceof Uint8Array ? [options.secret] : options.secret;
  if (firstSecret === undefined)
    faults.push({ field: "secret", code: "required", message: "At least one secret is needed." });
  for (const secret of [firstSecret, ...otherSecrets])
    if (secret !== undefined && secret.byteLength < MIN_SECRET_BYTES)
      faults.push({
        field: "secret",
        code: "out_of_range",
        message: `Must have ${MIN_SECRET_BYTES} bytes or more.`,
        min: MIN_SECRET_BYTES,
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

  const accessTokenSeconds = wholeNumber("accessTokenSeconds", options.accessTokenSeconds ?? 300, 1, 86_400);
  const graceSeconds = wholeNumber("rotationGraceSeconds", options.rotationGraceSeconds ?? 10, 0, 60);
  const shadowLimit = wholeNumber("shadowLimit", options.shadowLimit ?? 3, 0, 1000);
  const sessionsPerUser = wholeNumber("sessionsPerUser", options.sessionsPerUser ?? 100, 1, 1_000_000);
  const reauthMinutes = wholeNumber("reauthMinutes", options.reauthMinutes ?? 15, 0, 525_600);
  const auditDays = wholeNumber("auditDays", options.auditDays ?? 365, 1, 36_500);
  if (faults.length > 0 || firstSecret === undefined) throw new CurfewError("validation_failed", { faults });

  return {
    secrets: [firstSecret, ...otherSecrets],
    issuer: options.issuer,
    audience: options.audience ?? options.issuer,
    acceptsIssuer: options.acceptsIssuer ?? (() => false),
    policy,
    accessTokenSeconds,
    graceMs: graceSeconds * 1000,
    shadowLimit,
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
