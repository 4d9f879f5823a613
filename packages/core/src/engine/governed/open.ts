import type { AdmittedSession, GovernedKey } from "../../curfew-governed.js";
import { CurfewError, contended, endedError } from "../../errors.js";
import { resolvePolicy } from "../../policy/policy.js";
import { governedSessionId } from "../../session/governed-id.js";
import {
  futureFaults,
  type HostSaid,
  hostMomentsOf,
  hostTimesOf,
  isAdoption,
  keepUntilOf,
  orderFaults,
} from "../../session/host-times.js";
import { hostUserOf } from "../../session/host-user.js";
import type { ReadSession } from "../../session/identity.js";
import { type Device, deviceOf, type RevocationReason, type SessionSnapshot } from "../../session/session.js";
import type { HostUser } from "../../store.js";
import { type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { invalid, refuse } from "../faults.js";
import { endRead } from "../revoke.js";
import { signInRules } from "../start.js";
import { type HostStatement, type KnownSessions, keyOf, statementOf } from "./known-sessions.js";
import { answerOf } from "./touch.js";

/** What `open` reads of its input. */
export type Opening = GovernedKey &
  HostSaid & {
    readonly user: HostUser;
    readonly device?: Partial<Device> | undefined;
    readonly endsOthers?: RevocationReason | undefined;
  };

/** Creates `Governed.open`, with the identity. A known session of which the host says nothing new costs one read. */
export function createOpen(
  context: EngineContext,
  known: KnownSessions,
): (input: Opening) => Promise<AdmittedSession> {
  const { store, feed, readSettled, settings, watchers } = context;

  return async (input) => {
    // Copies, since a host may change its objects while the call waits.
    const key = keyOf(input);
    const said = statementOf(input);
    const user = hostUserOf(input.user);
    const moments = hostMomentsOf(input);
    const device = deviceOf(input.device);
    const { endsOthers = null } = input;
    refuse(orderFaults(moments));
    const { accountId, hostSessionId } = key;
    const sessionId = governedSessionId(accountId, hostSessionId);

    /** Null: the policy changed, or the session was begun elsewhere. */
    const begin = async (): Promise<AdmittedSession | null> => {
      const began = feed.now();
      const { override, version, now } = await store.readPolicy(accountId);
      refuse(futureFaults(moments, now));
      const times = hostTimesOf(moments, settings.governedSince, now);
      const outcome = await store.startSession({
        accountId,
        sessionId,
        user,
        expected: { policyVersion: version, epochs: null, user: null },
        limits: resolvePolicy(override, settings.policy),
        times,
        governed: { keepUntil: keepUntilOf(times, settings.policy.bounds.absoluteMinutesMax) },
        keyThumbprint: null,
        device,
        replaces: null,
        endsOthers,
        ...signInRules(isAdoption(times.startedAt, now), settings),
      });
      switch (outcome.kind) {
        case "started":
          feed.remember(outcome.feed);
          return take(began, outcome);
        case "over":
          throw endedError(outcome.fate);
        case "account_moved":
          throw endedError({ state: "revoked", reason: outcome.reason, endedAt: outcome.at });
        case "user_disabled":
          throw new CurfewError("user_disabled", {});
        default:
          return null;
      }
    };

    /** Null: the session changed since it was read. */
    const resume = async (began: number, snapshot: SessionSnapshot): Promise<AdmittedSession | null> => {
      if (snapshot.user.id !== user.id) return endOfAnother(snapshot);
      const authenticatedAt = laterSignIn(said, snapshot);
      if (authenticatedAt === null && hasSameData(user, snapshot.user)) return take(began, snapshot);
      const met = await store.meetUser({ accountId, sessionId, user, authenticatedAt });
      if (met.kind !== "met") return null;
      feed.remember(met.feed);
      watchers.onRefresh(met);
      return take(began, met);
    };

    const take = (began: number, read: ReadSession): AdmittedSession => {
      const identity = known.learn(key, began, read, null);
      known.noteStatement(key, said);
      return { ...answerOf(read), identity };
    };

    /** One host session is one person: ends the session and throws, unless it has ended already. */
    const endOfAnother = async (snapshot: SessionSnapshot): Promise<null> => {
      const isEnded = await endRead(context, snapshot, {
        reason: "signed_out",
        actorId: null,
        ip: device.ip,
      });
      if (!isEnded) return null;
      throw new CurfewError("validation_failed", {
        faults: [invalid("user.id", "The host session is of another user.")],
      });
    };

    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const began = feed.now();
      const settled = await readSettled(accountId, sessionId);
      if (settled !== null) {
        refuse(futureFaults(moments, settled.snapshot.now));
        const { fate, snapshot } = settled;
        if (fate.state !== "live") {
          known.learn(key, began, snapshot, fate);
          throw endedError(fate);
        }
      }
      const opened = settled === null ? await begin() : await resume(began, settled.snapshot);
      if (opened !== null) return opened;
    }
    throw contended();
  };
}

const hasSameData = (a: HostUser, b: SessionSnapshot["user"]): boolean =>
  a.name === b.name && a.email === b.email && a.role === b.role;

/** When the person proved who they are, if that is later than the session knows. */
function laterSignIn({ authenticatedAt }: HostStatement, { session, now }: SessionSnapshot): number | null {
  const at = Math.min(authenticatedAt ?? session.authenticatedAt, now);
  return at > session.authenticatedAt ? at : null;
}
