import type { Grant, StartSession } from "../curfew.js";
import { CurfewError, type FieldFault } from "../errors.js";
import { resolvePolicy } from "../policy/policy.js";
import type { SignInSnapshot, StartInput } from "../store.js";
import { ATTEMPTS, type EngineContext } from "./context.js";
import { grantFor } from "./grant.js";
import { contended } from "./refusals.js";

/** Begins a session; see `Sessions.start`. */
export async function startSession<Extra>(
  context: EngineContext<Extra>,
  input: StartSession<Extra>,
): Promise<Grant> {
  const { store, settings, feed } = context;
  requireIds({ accountId: input.accountId, "user.id": input.user.id });
  const replaces = replacedSession(context, input.replaces);
  let snapshot = input.prepared ?? (await store.readSignIn(input.accountId, input.user.id));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const outcome = await store.startSession({
      accountId: input.accountId,
      sessionId: context.newId(feed.now()),
      user: input.user,
      expected: {
        accountEpoch: snapshot.account.epoch,
        policyVersion: snapshot.account.policyVersion,
        userEpoch: snapshot.user?.epoch ?? null,
      },
      limits: resolvePolicy(snapshot.override, settings.policy),
      keyThumbprint: input.keyThumbprint ?? null,
      device: { label: null, userAgent: null, ip: null, ...input.device },
      sessionsPerUser: settings.sessionsPerUser,
      replaces,
      endsOthers: input.endsOthers ?? null,
      event: input.event ?? { type: "user.signed_in", details: {} },
      ...(input.alongside === undefined ? {} : { alongside: input.alongside }),
    });
    switch (outcome.kind) {
      case "started":
        feed.remember(outcome.feed);
        return grantFor(context, outcome);
      case "user_disabled":
        throw new CurfewError("user_disabled", {});
      case "user_moved":
        // Only the host can check the password again; where it checked none, the engine reads again by itself.
        if (input.prepared !== undefined) throw new CurfewError("sign_in_superseded", {});
        snapshot = await store.readSignIn(input.accountId, input.user.id);
        break;
      case "policy_moved":
        snapshot = withPolicyOf(snapshot, await store.readSignIn(input.accountId, input.user.id));
        break;
    }
  }
  throw contended();
}

/** The policy of now, the epochs of before the password check: a sign-out since then still counts. */
function withPolicyOf(before: SignInSnapshot, now: SignInSnapshot): SignInSnapshot {
  return { ...before, override: now.override, account: { ...now.account, epoch: before.account.epoch } };
}

function replacedSession<Extra>(
  { refreshTokens }: EngineContext<Extra>,
  replaces: StartSession<Extra>["replaces"],
): StartInput["replaces"] {
  const named = replaces && refreshTokens.parse(replaces.refreshToken);
  if (!named) return null;
  const proof = replaces.proof;
  return {
    accountId: named.accountId,
    sessionId: named.sessionId,
    provenThumbprint: proof && "thumbprint" in proof ? proof.thumbprint : null,
  };
}

/** Ids are the host's; they only have to fit into a token and a database. */
const LONGEST_ID = 255;

function requireIds(ids: Record<string, string>): void {
  const faults: FieldFault[] = [];
  for (const [field, id] of Object.entries(ids)) {
    if (id === "") faults.push({ field, code: "required", message: "Must not be empty." });
    else if (id.length > LONGEST_ID)
      faults.push({
        field,
        code: "out_of_range",
        message: `Must be of ${LONGEST_ID} characters or fewer.`,
        max: LONGEST_ID,
      });
    else if (id.includes("\0"))
      faults.push({ field, code: "invalid_value", message: "Must not hold a NUL." });
  }
  if (faults.length > 0) throw new CurfewError("validation_failed", { faults });
}
