import type { User } from "@curfew/client";
import { createContext, useContext } from "react";

export const UserContext = createContext<User | null>(null);

/**
 * Whose page this is. It stays so while the session is asked for anew under something typed.
 *
 * @throws Error outside of a signed-in page
 * @example const { name } = useUser();
 */
export function useUser(): User {
  const user = useContext(UserContext);
  if (user === null) throw new Error("A signed-in page stands behind the gate.");
  return user;
}
