import type { Grant, StartSession } from "../curfew.js";
import { CurfewError, contended, endedError, type FieldFault } from "../errors.js";
import { resolvePolicy } from "../policy/policy.js";
import { proofFault } from "../session/refresh-decision.js";
import type { StartInput, Store } from "../store.js";
import { type EngineContext, grantFor, MAX_ATTEMPTS } from "./context.js";

/** Starts a session; see `Sessions.start`. */
export async function startSession<HostStatements>(
  context: EngineContext,
  store: Pick<Store<HostStatements>, "readSignIn" | "startSession">,
  input: StartSession<HostStatements>,
): Promise<Grant> {
  const { settings, feed } = context;
  validateIds({ accountId: input.accountId, "user.id": input.user.id });
  const replaces = await replacedSession(context, input);
  const readAgain = () => store.readSignIn(input.accountId, input.user.id);
  let snapshot = input.prepared ?? (await readAgain());
  const expected = expectationOf(input);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outcome = await store.startSession({
      accountId: input.accountId,
      sessionId: context.newId(feed.now()),
      user: input.user,
      expected: { ...expected, policyVersion: snapshot.account.policyVersion },
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
      // Only the host can repeat a password check.
      case "user_moved":
        throw new CurfewError("sign_in_superseded", {});
      case "account_moved":
        throw endedError({ state: "revoked", reason: outcome.reason, endedAt: outcome.at });
      case "policy_moved":
        snapshot = await readAgain();
        break;
    }
  }
  throw contended();
}

/** What must not have changed since the password check. */
function expectationOf({
  prepared,
  rechecks = false,
}: Pick<StartSession, "prepared" | "rechecks">): Pick<StartInput["expected"], "epochs" | "role"> {
  if (prepared === undefined) return { epochs: null, role: null };
  if (rechecks) return { epochs: null, role: prepared.user?.role ?? null };
  return { epochs: { account: prepared.account.epoch, user: prepared.user?.epoch ?? null }, role: null };
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
