import type { SignInSnapshot } from "@curfew/core";
import type { Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { readUser } from "./users.js";

/** What a sign-in must know before the password is checked. */
export function* readSignIn(context: StoreContext, accountId: string, userId: string): Unit<SignInSnapshot> {
  const { state, override } = yield* readAccount(context, accountId);
  return { account: state, override, user: yield* readUser(context, accountId, userId) };
}
