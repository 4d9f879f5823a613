import type { Config } from "@curfew/client";

/** Nobody may make an account; the first one may always be made. */
export const registrationIsClosed = ({
  registration,
  first_run,
}: Pick<Config, "registration" | "first_run">): boolean => registration === "closed" && !first_run;
