import type { SqlDatabase } from "@curfew/sql";
import type { ServiceContext } from "../../service-context.js";
import { createSignInLimits } from "./attempt-limits.js";
import { createCallLimit, REGISTRATION_ALLOWANCE, WRONG_LINK_ALLOWANCE } from "./call-limit.js";

/**
 * Creates the limits of the calls that anyone can make.
 *
 * @param database migrated by `migrateService`
 * @param options.rateLimit false turns them off
 */
export const createLimits = (
  database: SqlDatabase,
  { rateLimit }: { readonly rateLimit: boolean },
): Pick<ServiceContext, "limits" | "registrations" | "wrongLinks"> => ({
  limits: createSignInLimits(database, { rateLimit }),
  registrations: createCallLimit(database, "registrations", { allowance: REGISTRATION_ALLOWANCE, rateLimit }),
  wrongLinks: createCallLimit(database, "wrong links", { allowance: WRONG_LINK_ALLOWANCE, rateLimit }),
});
