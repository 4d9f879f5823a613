import { isCurfewProblem } from "@curfew/client";
import { formatDuration } from "./format.js";
import { t } from "./translate.js";

/** The message shown for a failed call, one or two sentences. */
export function problemMessage(problem: unknown): string {
  if (!isCurfewProblem(problem)) return t("Something went wrong on this page. Please try again.");
  switch (problem.code) {
    case "unreachable":
      return t("Curfew can't be reached. Check your connection and try again.");
    case "proof_unavailable":
      return t(
        "This browser does not provide the key that protects a session. Allow this site to store data, leave private browsing or use another browser, and try again.",
      );
    case "rate_limited":
      return problem.retryAfterMs === undefined
        ? t("Too many attempts. Please wait a while and try again.")
        : t("Too many attempts. Try again in {duration}.", {
            duration: formatDuration(problem.retryAfterMs),
          });
    case "unavailable":
    case "internal_error":
      return t("Curfew is in trouble for the moment. Please try again shortly.");
    case "invalid_credentials":
      return t("The e-mail address or the password is wrong.");
    case "reauthentication_required":
      return t("Not done: this needs your password once more.");
    case "email_taken":
      return t("This e-mail address belongs to somebody already.");
    case "last_owner":
      return t("This is the last owner who can sign in. Make somebody else an owner first.");
    default:
      return t(withPeriod(problem.message));
  }
}

const withPeriod = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
