import { type Fault, HttpProblem } from "@curfew/http";
import type { Passwords } from "./passwords.js";

/** What is wrong with a new password beyond its length, which its schema knows. @param field as on the wire */
export async function weakPasswordFaults(
  passwords: Pick<Passwords, "isCommon">,
  field: string,
  typed: string,
): Promise<Fault[]> {
  if (!(await passwords.isCommon(typed))) return [];
  const message = "This is one of the passwords that everyone tries. Choose another.";
  return [{ field, code: "weak_password", message }];
}

/** Throws `validation_failed` where a new password is one that everyone tries. @param field as on the wire */
export async function checkNewPassword(
  passwords: Pick<Passwords, "isCommon">,
  field: string,
  typed: string,
): Promise<void> {
  const errors = await weakPasswordFaults(passwords, field, typed);
  if (errors.length > 0) throw new HttpProblem("validation_failed", { errors });
}
