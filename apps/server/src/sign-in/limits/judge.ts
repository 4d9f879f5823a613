import type { FailureCount } from "./failure-counter.js";

/** How many failures are let through within a window. */
export interface Allowance {
  /** For one e-mail from one network. */
  readonly perEmail: number;
  /** From one network for any e-mail. */
  readonly perNetwork: number;
}

/** What is known of a network at one moment. */
export interface Standing {
  readonly network: FailureCount;
  /** By the keys of e-mails; none where nothing failed. */
  readonly emails: ReadonlyMap<string, FailureCount>;
  /** The e-mails' keys of all attempts under way. */
  readonly underWay: readonly string[];
}

export type Verdict =
  | { readonly kind: "admitted" }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  | { readonly kind: "wait" };

/**
 * Decides on those who ask, in their order, each admitted one being under way for those after it: who is admitted could fail
 * without the limits being passed, even if all under way failed; who is limited has failures before it, and not mere attempts.
 *
 * @param asking the keys of e-mails
 */
export function judge(allowance: Allowance, standing: Standing, asking: readonly string[]): Verdict[] {
  const underWay = new Map<string, number>();
  const begin = (email: string): void => void underWay.set(email, (underWay.get(email) ?? 0) + 1);
  for (const email of standing.underWay) begin(email);
  let total = standing.underWay.length;

  return asking.map((key) => {
    const email = standing.emails.get(key) ?? NO_FAILURES;
    const full = [
      ...(email.failures >= allowance.perEmail ? [email] : []),
      ...(isFull(allowance, standing.network) ? [standing.network] : []),
    ];
    if (full.length > 0)
      return { kind: "limited", retryAfterMs: Math.max(...full.map((count) => count.resetsInMs)) };
    const couldBeFull =
      email.failures + (underWay.get(key) ?? 0) >= allowance.perEmail ||
      standing.network.failures + total >= allowance.perNetwork;
    if (couldBeFull) return { kind: "wait" };
    begin(key);
    total += 1;
    return { kind: "admitted" };
  });
}

/** Whether a network has used all its failures up. */
export const isFull = (allowance: Pick<Allowance, "perNetwork">, network: FailureCount): boolean =>
  network.failures >= allowance.perNetwork;

export const NO_FAILURES: FailureCount = { failures: 0, resetsInMs: 0 };
