import { randomBytes } from "node:crypto";
import { isBytes } from "./arguments/checks.js";
import { type Clock, type Scheduler, systemClock, systemScheduler } from "./clock.js";
import type { RandomBytes } from "./id.js";
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from "./policy/policy.js";
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
  /**
   * The moment of the switch to Curfew, in milliseconds since the Unix epoch. The absolute lifetime of a host's session that began
   * before counts from it, so that the switch signs nobody out. Default: none.
   */
  governedSince?: number;
  /** `host`: the host decides who owns an account, and may leave it without an owner. Default: every account keeps one. */
  owners?: "host";
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
  /**
   * `database_went_back`: a client holds a refresh token newer than its session, as after a restore. `listener_failed`: one of
   * `Curfew.onEnding`.
   */
  readonly kind: "feed_read_failed" | "sweep_failed" | "database_went_back" | "listener_failed";
  readonly cause?: unknown;
  readonly accountId?: string;
  readonly sessionId?: string;
}

/** `CurfewOptions` with defaults filled in. */
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
  /** Null: no switch. */
  readonly governedSince: number | null;
  readonly hostDecidesOwners: boolean;
  readonly reauthMs: number;
  readonly auditRetentionMs: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly randomBytes: RandomBytes;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFeedRow: (lagMs: number) => void;
}

const DAY_MS = 86_400_000;

/** Fills in the defaults of options that `refuseFaultyOptions` has accepted. */
export function resolveOptions(options: CurfewOptions): EngineSettings {
  return {
    secrets: secretsOf(options.secret),
    issuer: options.issuer,
    audience: options.audience ?? options.issuer,
    acceptsIssuer: options.acceptsIssuer ?? (() => false),
    policy: options.policy ?? DEFAULT_POLICY_SETTINGS,
    accessTokenSeconds: options.accessTokenSeconds ?? 300,
    graceMs: (options.rotationGraceSeconds ?? 10) * 1000,
    shadowLimit: options.shadowLimit ?? 3,
    sessionsPerUser: options.sessionsPerUser ?? 100,
    governedSince: options.governedSince ?? null,
    hostDecidesOwners: options.owners === "host",
    reauthMs: (options.reauthMinutes ?? 15) * 60_000,
    auditRetentionMs: (options.auditDays ?? 365) * DAY_MS,
    clock: options.clock ?? systemClock,
    scheduler: options.scheduler ?? systemScheduler,
    randomBytes: options.randomBytes ?? randomBytes,
    onTrouble: options.onTrouble ?? (() => undefined),
    onFeedRow: options.onFeedRow ?? (() => undefined),
  };
}

/** `refuseFaultyOptions` refuses an empty list. */
const secretsOf = (secret: CurfewOptions["secret"]): EngineSettings["secrets"] =>
  isBytes(secret) ? [secret] : (secret as EngineSettings["secrets"]);
