import type { Grant, StartSession } from "../curfew.js";
import { CurfewError, contended, type FieldFault } from "../errors.js";
import { resolvePolicy } from "../policy/policy.js";
import type { SignInSnapshot, StartInput, Store } from "../store.js";
import { type EngineContext, grantFor, MAX_ATTEMPTS } from "./context.js";

/** Starts a session; see `Sessions.start`. */
export async function startSession<HostStatements>(
  context: EngineContext,
  store: Pick<Store<HostStatements>, "readSignIn" | "startSession">,
  input: StartSession<HostStatements>,
): Promise<Grant> {
  const { settings, feed } = context;
  validateIds({ accountId: input.accountId, "user.id": input.user.id });
  const replaces = replacedSession(context, input.replaces);
  let snapshot = input.prepared ?? (await store.readSignIn(input.accountId, input.user.id));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
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
        // Only the host can repeat a password check. If it made none, the engine reads again.
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

/** Takes the current policy but keeps the epochs from before the password check, so that a sign-out since then counts. */
function withPolicyOf(before: SignInSnapshot, now: SignInSnapshot): SignInSnapshot {
  return { ...before, override: now.override, account: { ...now.account, epoch: before.account.epoch } };
}

function replacedSession(
  { refreshTokens }: EngineContext,
  replaces: StartSession["replaces"],
): StartInput["replaces"] {
  const claims = replaces && refreshTokens.parse(replaces.refreshToken);
  if (!claims) return null;
  const proof = replaces.proof;
  return {
    accountId: claims.accountId,
    sessionId: claims.sessionId,
    provenThumbprint: proof && "thumbprint" in proof ? proof.thumbprint : null,
  };
}

/** The host chooses the ids; they have to fit into a token and a database column. */
const MAX_ID_LENGTH = 255;

function validateIds(ids: Record<string, string>): void {
  const faults: FieldFault[] = [];
  for (const [field, id] of Object.entries(ids)) {
    if (id === "") faults.push({ field, code: "required", message: "Must not be empty." });
    else if (id.length > MAX_ID_LENGTH)
      faults.push({
        field,
        code: "out_of_range",
        message: `Must have ${MAX_ID_LENGTH} characters or fewer.`,
        max: MAX_ID_LENGTH,
      });
    else if (id.includes("\0"))
      faults.push({ field, code: "invalid_value", message: "Must not contain a NUL." });
    // In the path of a URL they are dropped, so that a call about this user would be another call (RFC 3986 §5.2.4).
    else if (id === "." || id === "..")
      faults.push({ field, code: "invalid_value", message: "Must not be a dot segment, . or .." });
  }
  if (faults.length > 0) throw new CurfewError("validation_failed", { faults });
}
