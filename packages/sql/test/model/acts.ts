import type { Proof as EngineProof, Grant, RevocationReason } from "@curfew/core";
import { ACCOUNTS, idOf, PEOPLE, type Pockets, pick, pickNewest } from "./cast.js";
import type { Machine } from "./machine.js";
import type { Reference } from "./reference.js";
import type { Step } from "./steps.js";
import {
  grantView,
  identityView,
  outcomeOf,
  refGrantView,
  refIdentityView,
  refUserView,
  userView,
} from "./views.js";
import type { Granted, Prepared, Proof, RefreshToken, Refused } from "./words.js";

/** One act, decided: told to both, and comparable. */
export interface Act {
  /** For the story. */
  says: string;
  /** Lets the engine do it; answers its outcome as a view. */
  perform(): Promise<unknown>;
  /** Lets the reference do it. @param before as it stood when the act began, where something came between */
  foresee(reference: Reference, before?: Reference): unknown;
  /** The access token that came with the answer. */
  issued(): Pockets["access"][number] | null;
  /** Puts what was answered into the clients' pockets, unless the answer was lost. */
  keep(isAnswered: boolean): void;
}

const NOBODY = { userId: null, sessionId: null, ip: null };
const WRONG_KEY = "a wrong key";

const proofOf = (proof: Proof, key: string | null): EngineProof | null => {
  switch (proof) {
    case "none":
      return null;
    case "right":
      return { thumbprint: key ?? "a key that nobody asked for" };
    case "wrong":
      return { thumbprint: WRONG_KEY };
    default:
      return { fault: proof };
  }
};

/** Decides what a step comes to as things stand; null where there is nothing for it to be about. */
export function decide(
  step: Step,
  { curfew }: Machine,
  pockets: Pockets,
  reference: Reference,
  freshName: () => string,
): Act | null {
  const actor = NOBODY;
  const nothing = (): void => {};

  /** An act that is answered with a grant. */
  const granting = (
    says: string,
    call: () => Promise<Grant>,
    foresee: (reference: Reference, before?: Reference) => Granted | Refused,
    newName: string | null = null,
  ): Act => {
    let grant: Grant | null = null;
    let granted: Granted | null = null;
    return {
      says,
      perform: () =>
        outcomeOf(call(), (answer) => {
          grant = answer;
          if (newName !== null) pockets.learn(newName, answer.session.id);
          return grantView(pockets, answer);
        }),
      foresee(which, before) {
        const outcome = foresee(which, before);
        granted = outcome.kind === "granted" ? outcome : null;
        return refGrantView(which, outcome);
      },
      issued: () => (grant && granted ? { known: granted.access, given: grant.accessToken } : null),
      keep(isAnswered) {
        if (!isAnswered || grant === null || granted === null) return;
        pockets.refresh.push({ known: granted.refresh, given: grant.refreshToken });
        pockets.access.push({ known: granted.access, given: grant.accessToken });
      },
    };
  };
  const told = (says: string, perform: () => Promise<unknown>, foresee: Act["foresee"]): Act => ({
    says,
    perform,
    foresee,
    issued: () => null,
    keep: nothing,
  });
  const keyOf = (token: RefreshToken): string | null => reference.session(token.session).key;

  switch (step.do) {
    case "sign in": {
      const person = pick(PEOPLE, step.who) ?? PEOPLE[0];
      const prepared =
        step.prepared === null
          ? null
          : pickNewest(
              pockets.prepared.filter(
                ({ known }) => known.account === person.account && known.user === person.name,
              ),
              step.prepared,
            );
      const old = step.replaces === null ? null : pickNewest(pockets.refresh, step.replaces.token);
      const role = reference.user(person.account, person.name)?.role ?? person.role;
      const said = step.changesRole ? (role === "owner" ? "member" : "owner") : role;
      const key = step.key === 0 ? null : `key ${step.key}`;
      const name = freshName();
      const replaces = old !== null && step.replaces !== null ? { old, proof: step.replaces.proof } : null;
      const foresee = (which: Reference, moment: Prepared | null) =>
        which.signIn({
          session: name,
          account: person.account,
          user: person.name,
          role: said,
          key,
          prepared: moment,
          replaces: replaces && { session: replaces.old.known.session, proof: replaces.proof },
          endsOthers: step.endsOthers,
        });
      return granting(
        [
          `${person.name} of ${person.account} signs in as ${name}, ${key ?? "unbound"}`,
          prepared && `, prepared before (${JSON.stringify(prepared.known)})`,
          step.endsOthers && ", ending the others",
          said !== role && `, as ${said}`,
          replaces && `, in place of ${replaces.old.known.session} (proof: ${replaces.proof})`,
        ]
          .filter(Boolean)
          .join(""),
        () =>
          curfew.sessions.start({
            accountId: idOf(person.account),
            user: {
              id: idOf(person.name),
              name: person.name,
              email: `${person.name}@example.test`,
              role: said,
            },
            keyThumbprint: key,
            ...(prepared === null ? {} : { prepared: prepared.given }),
            ...(replaces === null
              ? {}
              : {
                  replaces: {
                    refreshToken: replaces.old.given,
                    proof: proofOf(replaces.proof, keyOf(replaces.old.known)),
                  },
                }),
            ...(step.endsOthers
              ? {
                  endsOthers: "password_changed" as const,
                  event: { type: "password.changed" as const, details: {} },
                }
              : {}),
          }),
        (which, before) => {
          if (prepared !== null || before === undefined) return foresee(which, prepared?.known ?? null);
          // Read before what came between, but no password was checked: only a sign-out of everybody counts.
          const { signOuts } = before.prepare(person.account, person.name);
          return foresee(which, { ...which.prepare(person.account, person.name), signOuts });
        },
        name,
      );
    }
    case "refresh": {
      const currents = pockets.refresh.filter(
        ({ known }) => known.generation === reference.session(known.session).generation,
      );
      const token = pickNewest(step.age === "current" ? currents : pockets.refresh, step.token);
      if (token === null) return null;
      const isForged = step.age === "forged";
      const { session, generation } = token.known;
      return granting(
        `${isForged ? "a forgery of " : ""}${session}/${generation} is refreshed (proof: ${step.proof}, idle for ${step.idleForSeconds} s)`,
        () =>
          curfew.sessions.refresh(isForged ? forge(token.given) : token.given, {
            proof: proofOf(step.proof, keyOf(token.known)),
            idleForSeconds: step.idleForSeconds,
          }),
        (which) => which.refresh(isForged ? null : token.known, step.proof, step.idleForSeconds * 1000),
      );
    }
    case "verify": {
      const token = (step.age === "newest" ? pickNewest : pick)(pockets.access, step.token);
      if (token === null) return null;
      return told(
        `an access token of ${token.known.session} is verified`,
        () => outcomeOf(curfew.sessions.verify(token.given), (identity) => identityView(pockets, identity)),
        (which) => refIdentityView(which.verify(token.known), token.known),
      );
    }
    case "end": {
      const name = pickNewest(pockets.sessions, step.session);
      if (name === null) return null;
      const { account, user } = reference.session(name);
      const where = step.astray ? (account === "North" ? "South" : "North") : account;
      const whose = step.by === "revoked_by_user" ? user : null;
      return told(
        `${name} is ended (${step.by})${step.astray ? ` from ${where}` : ""}`,
        () =>
          outcomeOf(
            curfew.sessions.end({
              accountId: idOf(where),
              sessionId: pockets.idOf(name),
              ...(whose === null ? {} : { userId: idOf(whose) }),
              reason: step.by,
              actor,
            }),
            () => null,
          ),
        (which) => which.end(where, name, whose, step.by),
      );
    }
    case "sign out": {
      const token = pickNewest(pockets.refresh, step.token);
      if (token === null) return null;
      const proof = proofOf(step.proof, keyOf(token.known));
      return told(
        `${token.known.session}/${token.known.generation} signs out (proof: ${step.proof})`,
        () => outcomeOf(curfew.sessions.signOut(token.given, { proof }), (isOver) => isOver),
        (which) => which.signOut(token.known, step.proof),
      );
    }
    case "revoke account": {
      const account = pick(ACCOUNTS, step.account) ?? "North";
      const spared = step.spare === null ? null : pickNewest(pockets.sessions, step.spare);
      return told(
        `${account} is signed out${spared === null ? "" : `, but for ${spared}`}`,
        () =>
          outcomeOf(
            curfew.revoke.account(idOf(account), {
              actor,
              ...(spared === null ? {} : { spareSessionId: pockets.idOf(spared) }),
            }),
            (count) => count,
          ),
        (which) => which.revokeAccount(account, spared),
      );
    }
    case "revoke user": {
      const { account, name } = pick(PEOPLE, step.who) ?? PEOPLE[0];
      const spared = step.spare === null ? null : pickNewest(pockets.sessions, step.spare);
      return told(
        `${name} of ${account} is signed out${spared === null ? "" : `, but for ${spared}`} (${step.reason})`,
        () =>
          outcomeOf(
            curfew.revoke.user(idOf(account), idOf(name), {
              actor,
              reason: step.reason,
              ...(spared === null ? {} : { spareSessionId: pockets.idOf(spared) }),
            }),
            (count) => count,
          ),
        (which) => which.revokeUser(account, name, spared, step.reason satisfies RevocationReason),
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
      return told(
        `${account} sets ${JSON.stringify(patch)}, for ${apply}, over version ${version ?? "any"}`,
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
        (which) => which.updatePolicy(account, patch, apply, version),
      );
    }
    case "update user": {
      const { account, name } = pick(PEOPLE, step.who) ?? PEOPLE[0];
      const changes = {
        ...(step.role === undefined ? {} : { role: step.role }),
        ...(step.disabled === undefined ? {} : { disabled: step.disabled }),
      };
      return told(
        `${name} of ${account} becomes ${JSON.stringify(changes)}`,
        () =>
          outcomeOf(
            curfew.users.update({ accountId: idOf(account), userId: idOf(name), changes, actor }),
            userView,
          ),
        (which) => {
          const user = which.updateUser(account, name, changes);
          return "kind" in user ? user : refUserView(user);
        },
      );
    }
    default:
      return null;
  }
}

/** The same token with another MAC. */
function forge(token: string): string {
  const last = token.at(-2) === "A" ? "B" : "A";
  return `${token.slice(0, -2)}${last}${token.at(-1)}`;
}
