import type { User } from "@curfew/client";
import { createContext, useContext } from "react";

export const UserContext = createContext<User | null>(null);

/**
 * The user whose page is shown, also while the page asks for the password again.
 *
 * @throws Error outside of a signed-in page
 * @example const { name } = useUser();
 */
export function useUser(): User {
  const user = useContext(UserContext);
  if (user === null) throw new Error("useUser() needs a signed-in page");
  return user;
}
