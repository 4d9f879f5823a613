import { HttpProblem } from "@curfew/http";
import type { ServiceContext } from "../../service-context.js";

/**
 * Counts a token that opened nothing: of an invitation, a password link or the set-up. Throws `rate_limited` once its network has
 * used up its wrong ones.
 */
export async function countWrongLink(
  { wrongLinks }: Pick<ServiceContext, "wrongLinks">,
  network: string,
): Promise<void> {
  const retryAfterSeconds = await wrongLinks.take(network);
  if (retryAfterSeconds !== null) throw new HttpProblem("rate_limited", { retryAfterSeconds });
}
