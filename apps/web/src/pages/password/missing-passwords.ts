import type { ChangePassword } from "@curfew/client";

/** What is not typed yet, in words, by the field's name on the wire. What else may be wrong, the server says. */
export function missingPasswords({
  current_password,
  new_password,
}: Pick<ChangePassword, "current_password" | "new_password">): ReadonlyMap<string, string> {
  const missing = new Map<string, string>();
  if (current_password === "") missing.set("current_password", "Enter your current password.");
  if (new_password === "") missing.set("new_password", "Choose a new password.");
  return missing;
}
