import type { Proof as EngineProof, Grant, RevocationReason } from "@curfew/core";
import { type Action, plainAction } from "./action.js";
import { ACCOUNTS, type ClientState, idOf, pick, pickNewest, USERS } from "./client-state.js";
import { isGovernedStep, resolveTimes, saidTimes, toGovernedAction } from "./governed-actions.js";
import type { Reference } from "./reference.js";
import { deleteUser } from "./reference-deletion.js";
import type { Granted, Prepared, Proof, RefreshToken, Refused } from "./reference-types.js";
import type { Step } from "./steps.js";
import type { TestEngine } from "./test-engine.js";
import {
  grantView,
  identityView,
  outcomeOf,
  refGrantView,
  refIdentityView,
  refUserView,
  userView,
} from "./views.js";

const SYSTEM = { userId: null, sessionId: null, ip: null };
const WRONG_KEY = "a wrong key";

const proofOf = (proof: Proof, key: string | null): EngineProof | null => {
  switch (proof) {
    case "none":
      return null;
    case "right":
      return { thumbprint: key ?? "an unused key" };
    case "wrong":
      return { thumbprint: WRONG_KEY };
    default:
      return { fault: proof };
  }
};

/** Resolves a step to an action on the current sessions and tokens, or null if there are none for it. */
export function toAction(
  step: Step,
  engine: TestEngine,
  clients: ClientState,
  reference: Reference,
  createName: () => string,
): Action | null {
  if (isGovernedStep(step)) return toGovernedAction(step, engine, clients, reference);
  const { curfew } = engine;
  const actor = SYSTEM;

  /** An action whose result is a grant. */
  const grantAction = (
    description: string,
    call: () => Promise<Grant>,
    predict: (reference: Reference) => Granted | Refused,
    newName: string | null = null,
  ): Action => {
    let grant: Grant | null = null;
    const granted = new Map<Reference, Granted>();
    return {
      description,
      perform: () =>
        outcomeOf(call(), (result) => {
          grant = result;
          if (newName !== null) clients.addSession(newName, result.session.id);
          return grantView(clients, result);
        }),
      predict(model) {
        const outcome = predict(model);
        if (outcome.kind === "granted") granted.set(model, outcome);
        return refGrantView(model, outcome);
      },
      issuedToken(model) {
        const expected = granted.get(model)?.access;
        return grant === null || expected === undefined ? null : { expected, issued: grant.accessToken };
      },
      storeTokens(references) {
        const refresh = references.agreed((model) => granted.get(model)?.refresh);
        const access = references.agreed((model) => granted.get(model)?.access);
        if (grant === null) return;
        if (refresh) clients.refresh.push({ expected: refresh, issued: grant.refreshToken });
        if (access) clients.access.push({ expected: access, issued: grant.accessToken });
      },
    };
  };
  const keyOf = (token: RefreshToken): string | null => reference.session(token.session).key;

  switch (step.do) {
    case "sign in": {
      const user = pick(USERS, step.user) ?? USERS[0];
      const prepared =
        step.prepared === null
          ? null
          : pickNewest(
              clients.prepared.filter(
                ({ expected }) => expected.account === user.account && expected.user === user.name,
              ),
              step.prepared,
            );
      const old = step.replaces === null ? null : pickNewest(clients.refresh, step.replaces.token);
      const role = reference.user(user.account, user.name)?.role ?? user.role;
      const newRole = step.changesRole ? (role === "owner" ? "member" : "owner") : role;
      const key = step.key === 0 ? null : `key ${step.key}`;
      // `sessions.start` takes no last use.
      const times =
        step.times === null
          ? null
          : { ...resolveTimes(step.times, user.account, user.name, reference), lastActiveAt: null };
      const name = createName();
      const replaces = old !== null && step.replaces !== null ? { old, proof: step.replaces.proof } : null;
      const predict = (model: Reference, snapshot: Prepared | null) =>
        model.signIn({
          session: name,
          account: user.account,
          user: user.name,
          role: newRole,
          key,
          client: step.client,
          prepared: snapshot,
          replaces: replaces && { session: replaces.old.expected.session, proof: replaces.proof },
          endsOthers: step.endsOthers,
          times,
        });
      return grantAction(
        [
          `${user.name} of ${user.account} signs in as ${name}, ${key ?? "unbound"}`,
          prepared && `, prepared (${JSON.stringify(prepared.expected)})`,
          step.endsOthers && ", ending the other sessions",
          times && `, begun ${JSON.stringify(times)}`,
          newRole !== role && `, as ${newRole}`,
          replaces && `, in place of ${replaces.old.expected.session} (proof: ${replaces.proof})`,
        ]
          .filter(Boolean)
          .join(""),
        () =>
          curfew.sessions.start({
            accountId: idOf(user.account),
            user: {
              id: idOf(user.name),
              name: user.name,
              email: `${user.name}@example.test`,
              role: newRole,
            },
            keyThumbprint: key,
            ...(times === null ? {} : saidTimes(times)),
            device: step.client,
            ...(prepared === null ? {} : { prepared: prepared.issued }),
            ...(replaces === null
              ? {}
              : {
                  replaces: {
                    refreshToken: replaces.old.issued,
                    proof: proofOf(replaces.proof, keyOf(replaces.old.expected)),
                  },
                }),
            ...(step.endsOthers
              ? {
                  endsOthers: "password_changed" as const,
                  event: { type: "password.changed" as const, details: {} },
                }
              : {}),
          }),
        (model) => predict(model, prepared?.expected ?? null),
        name,
      );
    }
    case "refresh": {
      const currents = clients.refresh.filter(
        ({ expected }) => expected.generation === reference.session(expected.session).generation,
      );
      const current = pickNewest(currents, step.token);
      const tokens = {
        current,
        previous: clients.refresh.find(
          ({ expected }) =>
            expected.session === current?.expected.session &&
            expected.generation === current.expected.generation - 1,
        ),
        any: pickNewest(clients.refresh, step.token),
        forged: pickNewest(clients.refresh, step.token),
      };
      const token = tokens[step.age] ?? null;
      if (token === null) return null;
      const isForged = step.age === "forged";
      const { session, generation } = token.expected;
      return grantAction(
        `${isForged ? "a forgery of " : ""}${session}/${generation} is refreshed (proof: ${step.proof}, idle for ${step.idleForSeconds} s, ${step.client.label} at ${step.client.ip})`,
        () =>
          curfew.sessions.refresh(isForged ? forge(token.issued) : token.issued, {
            proof: proofOf(step.proof, keyOf(token.expected)),
            idleForSeconds: step.idleForSeconds,
            device: step.client,
          }),
        (model) =>
          model.refresh(
            isForged ? null : token.expected,
            step.proof,
            step.idleForSeconds * 1000,
            step.client,
          ),
      );
    }
    case "verify": {
      const token = (step.age === "newest" ? pickNewest : pick)(clients.access, step.token);
      if (token === null) return null;
      return plainAction(
        `an access token of ${token.expected.session} is verified`,
        () => outcomeOf(curfew.sessions.verify(token.issued), (identity) => identityView(clients, identity)),
        (model) => refIdentityView(model.verify(token.expected), token.expected),
      );
    }
    case "end": {
      const name = pickNewest(clients.sessionsIn(reference), step.session);
      if (name === null) return null;
      const { account, user } = reference.session(name);
      const fromAccount = step.fromOtherAccount ? (account === "North" ? "South" : "North") : account;
      const ofUser = step.reason === "revoked_by_user" ? user : null;
      return plainAction(
        `${name} is ended (${step.reason})${step.fromOtherAccount ? ` from ${fromAccount}` : ""}`,
        () =>
          outcomeOf(
            curfew.sessions.end({
              accountId: idOf(fromAccount),
              sessionId: clients.idOf(name),
              ...(ofUser === null ? {} : { userId: idOf(ofUser) }),
              reason: step.reason,
              actor,
            }),
            () => null,
          ),
        (model) => model.end(fromAccount, name, ofUser, step.reason),
      );
    }
    case "sign out": {
      const token = pickNewest(clients.refresh, step.token);
      if (token === null) return null;
      const proof = proofOf(step.proof, keyOf(token.expected));
      return plainAction(
        `${token.expected.session}/${token.expected.generation} signs out (proof: ${step.proof})`,
        () => outcomeOf(curfew.sessions.signOut(token.issued, { proof }), (isEnded) => isEnded),
        (model) => model.signOut(token.expected, step.proof),
      );
    }
    case "revoke account": {
      const account = pick(ACCOUNTS, step.account) ?? "North";
      const spared = step.spare === null ? null : pickNewest(clients.sessionsIn(reference), step.spare);
      return plainAction(
        `${account} is revoked${spared === null ? "" : `, except ${spared}`}`,
        () =>
          outcomeOf(
            curfew.revoke.account(idOf(account), {
              actor,
              ...(spared === null ? {} : { spareSessionId: clients.idOf(spared) }),
            }),
            (count) => count,
          ),
        (model) => model.revokeAccount(account, spared),
      );
    }
    case "revoke user": {
      const { account, name } = pick(USERS, step.user) ?? USERS[0];
      const spared = step.spare === null ? null : pickNewest(clients.sessionsIn(reference), step.spare);
      return plainAction(
        `${name} of ${account} is revoked${spared === null ? "" : `, except ${spared}`} (${step.reason})`,
        () =>
          outcomeOf(
            curfew.revoke.user(idOf(account), idOf(name), {
              actor: step.reason === "revoked_by_user" ? { ...SYSTEM, userId: idOf(name) } : SYSTEM,
              reason: step.reason,
              ...(spared === null ? {} : { spareSessionId: clients.idOf(spared) }),
            }),
            (count) => count,
          ),
        (model) => model.revokeUser(account, name, spared, step.reason satisfies RevocationReason),
      );
    }
    case "update policy": {
      const account = pick(ACCOUNTS, step.account) ?? "North";
      const { idle, absolute, apply } = step;
      const current = reference.account(account).version;
      const version = { any: null, current, old: current - 1 }[step.version];
      const patch = {
        ...(idle === undefined ? {} : { idle }),
        ...(absolute === undefined ? {} : { absolute }),
      };
      return plainAction(
        `the policy of ${account} becomes ${JSON.stringify(patch)}, applied ${apply}, if at version ${version ?? "any"}`,
        () =>
          outcomeOf(
            curfew.policy.update(
              idOf(account),
              {
                ...(idle === undefined ? {} : { idleMinutes: idle }),
                ...(absolute === undefined ? {} : { absoluteMinutes: absolute }),
              },
              { actor, apply, ...(version === null ? {} : { version }) },
            ),
            ({ sessionsShortened, sessionsEnded }) => ({
              shortened: sessionsShortened,
              ended: sessionsEnded,
            }),
          ),
        (model) => model.updatePolicy(account, patch, apply, version),
      );
    }
    case "update user": {
      const { account, name } = pick(USERS, step.user) ?? USERS[0];
      const changes = {
        ...(step.role === undefined ? {} : { role: step.role }),
        ...(step.disabled === undefined ? {} : { disabled: step.disabled }),
      };
      return plainAction(
        `${name} of ${account} is changed to ${JSON.stringify(changes)}`,
        () =>
          outcomeOf(
            curfew.users.update({ accountId: idOf(account), userId: idOf(name), changes, actor }),
            userView,
          ),
        (model) => {
          const user = model.updateUser(account, name, changes);
          return "kind" in user ? user : refUserView(user);
        },
      );
    }
    case "delete user": {
      const { account, name } = pick(USERS, step.user) ?? USERS[0];
      return plainAction(
        `${name} of ${account} is deleted`,
        () =>
          outcomeOf(curfew.users.delete({ accountId: idOf(account), userId: idOf(name), actor }), () => null),
        (model) => deleteUser(model, account, name),
      );
    }
    default:
      return null;
  }
}

/** Returns the token with another MAC. */
function forge(token: string): string {
  const last = token.at(-2) === "A" ? "B" : "A";
  return `${token.slice(0, -2)}${last}${token.at(-1)}`;
}
