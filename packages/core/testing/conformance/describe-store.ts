import { describeAccountDeletion } from "./deletion-of-accounts.js";
import { describeAddressDeletion } from "./deletion-of-addresses.js";
import { describeUserDeletion } from "./deletion-of-users.js";
import { describeEndSession } from "./end-session.js";
import { describeEvents } from "./events.js";
import { describeFeed } from "./feed.js";
import { describeFirstSight } from "./governed-first-sight.js";
import { describeImport } from "./governed-import.js";
import { describeKeptSessions } from "./governed-kept.js";
import { describeSignOutsBeforeSight } from "./governed-sign-outs.js";
import { describeGovernedUse } from "./governed-use.js";
import { describeLastSeen } from "./last-seen.js";
import { describeLateEvents } from "./late-events.js";
import { describeListSessions } from "./list-sessions.js";
import { describePolicy } from "./policy.js";
import { describePolicyLimit } from "./policy-limit.js";
import { describePolicyOwners } from "./policy-owners.js";
import { describeRefresh } from "./refresh.js";
import { describeRevocation } from "./revocation.js";
import { describeSharedTokens } from "./shared-tokens.js";
import { describeSignIn } from "./sign-in.js";
import { describeSignInEndingOthers } from "./sign-in-ending-others.js";
import { createSuite, type StoreUnderTest, type TestApi } from "./suite.js";
import { describeSweep } from "./sweep.js";
import { describeUsers } from "./users.js";

/**
 * Declares the conformance suite of the store: tests of every method against the contract in `store.ts`.
 *
 * @param storeUnderTest how to open the store; each test opens one of its own
 * @param api the functions of the test runner
 * @example describeStore({ name: "my store", open }, { describe, test, expect });
 */
export function describeStore<HostStatements>(
  storeUnderTest: StoreUnderTest<HostStatements>,
  api: TestApi,
): void {
  const suite = createSuite(storeUnderTest, api);
  suite.describe(`the store: ${storeUnderTest.name}`, () => {
    describeSignIn(suite);
    describeSignInEndingOthers(suite);
    describeFirstSight(suite);
    describeSignOutsBeforeSight(suite);
    describeGovernedUse(suite);
    describeImport(suite);
    describeRefresh(suite);
    describeSharedTokens(suite);
    describeLastSeen(suite);
    describeEndSession(suite);
    describeRevocation(suite);
    describePolicy(suite);
    describePolicyLimit(suite);
    describePolicyOwners(suite);
    describeListSessions(suite);
    describeUsers(suite);
    describeEvents(suite);
    describeUserDeletion(suite);
    describeAddressDeletion(suite);
    describeLateEvents(suite);
    describeAccountDeletion(suite);
    describeFeed(suite);
    describeSweep(suite);
    describeKeptSessions(suite);
  });
}
