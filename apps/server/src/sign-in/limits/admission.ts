/** What counts an attempt: each is the hash of what it counts. */
export interface AttemptKeys {
  /** One e-mail from one network. */
  readonly email: string;
  readonly network: string;
  /** The network's /48; null for an IPv4 address. */
  readonly site: string | null;
  /** One e-mail from anywhere. */
  readonly anywhere: string;
}

/** The keys that an attempt counts under. */
export const keysIn = ({ email, network, site, anywhere }: AttemptKeys): string[] =>
  site === null ? [email, network, anywhere] : [email, network, site, anywhere];

/** An attempt that asks to be checked. */
export interface AttemptRequest extends AttemptKeys {
  /** It comes from a place of the user with this e-mail, which what others fail elsewhere can't close. */
  readonly isKnownPlace: boolean;
}

/** The number of failures that each key allows. */
export type Allowance = Readonly<Record<keyof AttemptKeys, number>>;

/** Failures of a key. */
export interface FailureCount {
  readonly failures: number;
  /** How long a key that has used up its failures refuses attempts, in milliseconds; 0 if it refuses none now. */
  readonly blockedMs: number;
}

/** The failures of keys; a key without any has no entry. */
export type FailureCounts = ReadonlyMap<string, FailureCount>;

export const NO_FAILURES: FailureCount = { failures: 0, blockedMs: 0 };

/** What is known of the keys of some attempts at one moment. */
export interface AttemptState {
  readonly counts: FailureCounts;
  /** The attempts in flight of those keys. */
  readonly inFlight: readonly AttemptKeys[];
}

export type AdmissionDecision =
  | { readonly kind: "admitted" }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** The attempts in flight could use up an allowance if they all failed. */
  | { readonly kind: "wait" };

/** The keys that can refuse an attempt. */
export function limitingKeys(allowance: Allowance, request: AttemptRequest): [key: string, most: number][] {
  const own: [string, number][] = [
    [request.email, allowance.email],
    [request.network, allowance.network],
  ];
  if (request.isKnownPlace) return own;
  if (request.site !== null) own.push([request.site, allowance.site]);
  return [...own, [request.anywhere, allowance.anywhere]];
}

/** How long a key that allows `most` failures refuses attempts, in milliseconds; null if it refuses none. */
export const blockedMsOf = (count: FailureCount, most: number): number | null =>
  count.failures >= most && count.blockedMs > 0 ? count.blockedMs : null;

/**
 * Decides on requests in order; an admitted one counts as in flight for those after it. An admitted attempt may fail without
 * exceeding an allowance even if every attempt in flight fails. An attempt is limited by counted failures alone, never by
 * attempts in flight.
 */
export function decideAdmissions(
  allowance: Allowance,
  state: AttemptState,
  requests: readonly AttemptRequest[],
): AdmissionDecision[] {
  const inFlightByKey = new Map<string, number>();
  const addInFlight = ({ email, network, site, anywhere }: AttemptKeys): void => {
    for (const key of [email, network, site, anywhere])
      if (key !== null) inFlightByKey.set(key, (inFlightByKey.get(key) ?? 0) + 1);
  };
  state.inFlight.forEach(addInFlight);

  return requests.map((request) => {
    let blockedMs = 0;
    let couldExceed = false;
    for (const [key, most] of limitingKeys(allowance, request)) {
      const count = state.counts.get(key) ?? NO_FAILURES;
      const inFlight = inFlightByKey.get(key) ?? 0;
      blockedMs = Math.max(blockedMs, blockedMsOf(count, most) ?? 0);
      couldExceed ||= inFlight > 0 && count.failures + inFlight >= most;
    }
    if (blockedMs > 0) return { kind: "limited", retryAfterMs: blockedMs };
    if (couldExceed) return { kind: "wait" };
    addInFlight(request);
    return { kind: "admitted" };
  });
}

/** The value of `Retry-After` for a refusal that lasts `ms`. */
export const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
