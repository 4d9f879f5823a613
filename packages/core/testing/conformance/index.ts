import { describeEndings } from "./endings.js";
import { describeEvents } from "./events.js";
import { describeFeed } from "./feed.js";
import { describeLists } from "./lists.js";
import { describePolicy } from "./policy.js";
import { describeRefresh } from "./refresh.js";
import { describeRevocation } from "./revocation.js";
import { describeSignIn } from "./sign-in.js";
import { describeSignInEndings } from "./sign-in-endings.js";
import { type StoreUnderTest, suiteOf, type TestApi } from "./suite.js";
import { describeSweep } from "./sweep.js";
import { describeUsers } from "./users.js";

/**
 * Declares the store's conformance suite: what the port promises (`store.ts`), asked of every method.
 *
 * @param under how to open the store; each test gets one of its own
 * @param api the functions of the test runner
 * @example describeStore({ name: "my store", open }, { describe, test, expect });
 */
export function describeStore<Extra>(under: StoreUnderTest<Extra>, api: TestApi): void {
  const suite = suiteOf(under, api);
  suite.describe(`the store: ${under.name}`, () => {
    describeSignIn(suite);
    describeSignInEndings(suite);
    describeRefresh(suite);
    describeEndings(suite);
    describeRevocation(suite);
    describePolicy(suite);
    describeLists(suite);
    describeUsers(suite);
    describeEvents(suite);
    describeFeed(suite);
    describeSweep(suite);
  });
}
