import type { Grant, StartSession } from "../curfew.js";
import { CurfewError, contended, endedError } from "../errors.js";
import { resolvePolicy } from "../policy/policy.js";
import { futureFaults, hostTimesOf, isAdoption, orderFaults } from "../session/host-times.js";
import { hostUserOf } from "../session/host-user.js";
import { proofFault } from "../session/refresh-decision.js";
import { deviceOf } from "../session/session.js";
import type { StartInput, Store } from "../store.js";
import { type EngineContext, grantFor, MAX_ATTEMPTS } from "./context.js";
import { refuse } from "./faults.js";

/** Starts a session; see `Sessions.start`. */
export async function startSession<HostStatements>(
  context: EngineContext,
  store: Pick<Store<HostStatements>, "now" | "readSignIn" | "startSession">,
  input: StartSession<HostStatements>,
): Promise<Grant> {
  const { settings, feed } = context;
  const user = hostUserOf(input.user);
  const replaces = await replacedSession(context, input);
  const beginning = await beginningOf(context, store, input);
  const readAgain = () => store.readSignIn(input.accountId, input.user.id);
  let snapshot = input.prepared ?? (await readAgain());
  const expected = expectationOf(input);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outcome = await store.startSession({
      accountId: input.accountId,
      sessionId: context.newId(feed.now()),
      user,
      expected: { ...expected, policyVersion: snapshot.account.policyVersion },
      limits: resolvePolicy(snapshot.override, settings.policy),
      keyThumbprint: input.keyThumbprint ?? null,
      device: deviceOf(input.device),
      ...beginning,
      governed: null,
      replaces,
      endsOthers: input.endsOthers ?? null,
      ...(input.event === undefined ? {} : { event: input.event }),
      ...(input.alongside === undefined ? {} : { alongside: input.alongside }),
    });
    switch (outcome.kind) {
      case "started":
        feed.remember(outcome.feed);
        return grantFor(context, outcome);
      case "user_disabled":
        throw new CurfewError("user_disabled", {});
      // Only the host can repeat a password check.
      case "user_moved":
        throw new CurfewError("sign_in_superseded", {});
      case "account_moved":
        throw endedError({ state: "revoked", reason: outcome.reason, endedAt: outcome.at });
      case "over":
        throw endedError(outcome.fate);
      case "policy_moved":
        snapshot = await readAgain();
        break;
      // Another new id is free.
      case "exists":
        break;
    }
  }
  throw contended();
}

/** What depends on when the session began: now, unless the host says so. */
async function beginningOf(
  { settings }: Pick<EngineContext, "settings">,
  store: Pick<Store, "now">,
  { startedAt, authenticatedAt, notAfter }: Pick<StartSession, "startedAt" | "authenticatedAt" | "notAfter">,
): Promise<Pick<StartInput, "times" | "sessionsPerUser" | "event">> {
  const given = { startedAt, authenticatedAt, notAfter };
  if (Object.values(given).every((moment) => moment === undefined))
    return { times: null, ...signInRules(false, settings) };
  const now = await store.now();
  const said = { ...given, startedAt: startedAt ?? now };
  refuse([...orderFaults(said), ...futureFaults(said, now)]);
  return {
    times: hostTimesOf(said, settings.governedSince, now),
    ...signInRules(isAdoption(said.startedAt, now), settings),
  };
}

/** The event of a first sight. Only a sign-in counts for the limit: an adopted session ends no other. */
export const signInRules = (
  isAdopted: boolean,
  { sessionsPerUser }: Pick<EngineContext["settings"], "sessionsPerUser">,
): Pick<StartInput, "sessionsPerUser" | "event"> => ({
  sessionsPerUser: isAdopted ? null : sessionsPerUser,
  event: { type: isAdopted ? "session.adopted" : "user.signed_in", details: {} },
});

/** What must not have changed since the password check. */
function expectationOf({
  prepared,
  rechecks = false,
}: Pick<StartSession, "prepared" | "rechecks">): Pick<StartInput["expected"], "epochs" | "user"> {
  if (prepared === undefined) return { epochs: null, user: null };
  const { account, user } = prepared;
  if (!rechecks) return { epochs: { account: account.epoch, user: user?.epoch ?? null }, user: null };
  return { epochs: null, user: user && { name: user.name, email: user.email, role: user.role } };
}

/**
 * Returns the session to replace. One of another account is read first: that account's lock is not taken for a session that
 * can't end.
 */
async function replacedSession(
  { refreshTokens, readSettled }: EngineContext,
  { accountId, replaces }: Pick<StartSession, "accountId" | "replaces">,
): Promise<StartInput["replaces"]> {
  const claims = replaces && refreshTokens.parse(replaces.refreshToken);
  if (!claims) return null;
  const proof = replaces.proof ?? null;
  if (claims.accountId !== accountId) {
    const settled = await readSettled(claims.accountId, claims.sessionId);
    if (settled === null || settled.fate.state !== "live") return null;
    const { keyThumbprint } = settled.snapshot.session;
    if (keyThumbprint !== null && proofFault(proof, keyThumbprint) !== null) return null;
  }
  return {
    accountId: claims.accountId,
    sessionId: claims.sessionId,
    provenThumbprint: proof !== null && "thumbprint" in proof ? proof.thumbprint : null,
  };
}
