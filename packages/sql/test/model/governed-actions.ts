import type { OpenGoverned } from "@curfew/core";
import { type Action, plainAction } from "./action.js";
import {
  ACCOUNTS,
  type ClientState,
  governedName,
  HOST_SESSIONS,
  hostIdOf,
  idOf,
  pick,
  USERS,
} from "./client-state.js";
import type { Reference } from "./reference.js";
import { check, end, importRows, open, touch } from "./reference-governed.js";
import type { ReferenceState } from "./reference-state.js";
import type { Opening, Times } from "./reference-types.js";
import type { GovernedStep, OpeningStep, Step, TimesStep } from "./steps.js";
import type { TestEngine } from "./test-engine.js";
import { openedView, outcomeOf, refOpenedView } from "./views.js";

const GOVERNED: readonly Step["do"][] = ["open", "check", "touch", "end governed", "import"];

export const isGovernedStep = (step: Step): step is GovernedStep => GOVERNED.includes(step.do);

/** Resolves what a host says to times of the database's clock. */
export function resolveTimes(
  { started, authenticatedAgoMs, lastActiveAgoMs, endsInMs }: TimesStep,
  account: string,
  user: string,
  { now, signOutMoments }: ReferenceState,
): Times {
  const before = (ms: number | null): number | null => (ms === null ? null : now - ms);
  const signOut = signOutMoments.findLast(
    (moment) => moment.account === account && (moment.user === null || moment.user === user),
  );
  return {
    startedAt:
      started.from === "now" || signOut === undefined ? now - started.agoMs : signOut.at + started.offsetMs,
    authenticatedAt: before(authenticatedAgoMs),
    lastActiveAt: before(lastActiveAgoMs),
    notAfter: endsInMs === null ? null : now + endsInMs,
  };
}

/** The arguments that say the times. */
export const saidTimes = ({ startedAt, authenticatedAt, lastActiveAt, notAfter }: Times) => ({
  startedAt,
  ...(authenticatedAt === null ? {} : { authenticatedAt }),
  ...(lastActiveAt === null ? {} : { lastActiveAt }),
  ...(notAfter === null ? {} : { notAfter }),
});

/** Resolves a step on host sessions to an action. */
export function toGovernedAction(
  step: GovernedStep,
  engine: TestEngine,
  clients: ClientState,
  reference: Reference,
): Action {
  const { curfew } = engine;
  switch (step.do) {
    case "open": {
      const opening = toOpening(step, reference);
      return plainAction(
        `open ${describe(opening)}`,
        () =>
          outcomeOf(curfew.governed.open(toInput(opening, step)), (opened) => openedView(clients, opened)),
        (model) => refOpenedView(model, open(model, opening)),
      );
    }
    case "import": {
      const rows = step.rows.map((row) => toOpening({ ...row, endsOthers: false }, reference));
      return plainAction(
        `import ${rows.map(describe).join("; ")}`,
        () =>
          outcomeOf(
            curfew.governed.import(rows.map((row, index) => toInput(row, step.rows[index]))),
            (counts) => counts,
          ),
        (model, result) => importRows(model, rows, toldFault(result)),
      );
    }
    default: {
      const { account, host } = placeOf(step);
      const name = governedName(account, host);
      const key = { accountId: idOf(account), hostSessionId: hostIdOf(host) };
      if (step.do === "end governed")
        return plainAction(
          `${name} is ended (${step.reason ?? "no reason"})`,
          () =>
            outcomeOf(
              curfew.governed.end(key, step.reason === null ? {} : { reason: step.reason }),
              () => null,
            ),
          (model) => {
            end(model, name, step.reason ?? "signed_out");
            return null;
          },
        );
      if (step.do === "check")
        return plainAction(
          `${name} is checked`,
          () =>
            outcomeOf(curfew.governed.check(key), ({ sessionId, userId, role }) => ({
              session: clients.nameOf(sessionId),
              userId,
              role,
            })),
          (model) => {
            const checked = check(model, account, name);
            if (checked.kind === "refused") return checked;
            const { session, user } = checked;
            return { session: session.name, userId: idOf(user.name), role: user.role };
          },
        );
      const { process } = engine;
      const { idleForSeconds } = step;
      return plainAction(
        `${name} is touched in process ${process}, idle for ${idleForSeconds} s`,
        () =>
          outcomeOf(curfew.governed.touch(key, { idleForSeconds }), (opened) => openedView(clients, opened)),
        (model, result) =>
          refOpenedView(
            model,
            touch(model, account, name, idleForSeconds * 1000, process, shownActivity(result)),
          ),
      );
    }
  }
}

const placeOf = ({ account, host }: { account: number; host: number }) => ({
  account: pick(ACCOUNTS, account) ?? "North",
  host: pick(HOST_SESSIONS, host) ?? "h1",
});

function toOpening(step: OpeningStep, reference: Reference): Opening {
  const { account, host } = placeOf(step);
  const people = USERS.filter((user) => user.account === account);
  const usual = pick(people, HOST_SESSIONS.indexOf(host));
  const user = (step.person === null ? usual : pick(people, step.person)) ?? USERS[0];
  const role = reference.user(account, user.name)?.role ?? user.role;
  return {
    session: governedName(account, host),
    account,
    user: user.name,
    role: step.changesRole ? (role === "owner" ? "member" : "owner") : role,
    client: step.client,
    times: resolveTimes(step.times, account, user.name, reference),
    endsOthers: step.endsOthers,
  };
}

const toInput = (
  { account, user, role, client, times, endsOthers }: Opening,
  step: { host: number } | undefined,
): OpenGoverned => ({
  accountId: idOf(account),
  hostSessionId: hostIdOf(pick(HOST_SESSIONS, step?.host ?? 0) ?? "h1"),
  user: { id: idOf(user), name: user, email: `${user}@example.test`, role },
  ...saidTimes(times),
  device: client,
  ...(endsOthers ? { endsOthers: "password_changed" as const } : {}),
});

const describe = ({ session, user, role, times, endsOthers }: Opening): string =>
  `${session} of ${user}, ${role}, ${JSON.stringify(times)}${endsOthers ? ", ending the other sessions" : ""}`;

/** The last activity that a result shows; null for a refusal. */
const shownActivity = (result: unknown): number | null => {
  const { lastActiveAt } = Object(result) as { lastActiveAt?: unknown };
  return typeof lastActiveAt === "number" ? lastActiveAt : null;
};

/** The fault that a refusal names; null if there is none. */
const toldFault = (result: unknown): string | null => {
  const { reason } = Object(result) as { reason?: unknown };
  return typeof reason === "string" ? reason : null;
};
