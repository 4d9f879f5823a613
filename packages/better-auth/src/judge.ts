import { type Actor, type Curfew, isCurfewError, type OpenGoverned } from "@curfew/core";
import type { CurfewHandler } from "@curfew/http";
import type { AuthContext } from "better-auth";
import { accountsOfUser, type Lost, placeOf } from "./accounts.js";
import type { Host } from "./host.js";
import type { CurfewPluginOptions } from "./options.js";
import { type Ended, endIn } from "./refusal.js";
import type { SeenSessions } from "./seen-sessions.js";

export const NOBODY: Actor = { userId: null, sessionId: null, ip: null };

/** What judges need. */
export interface Service {
  readonly curfew: Curfew;
  readonly options: CurfewPluginOptions;
  readonly sessions: Pick<CurfewHandler, "current" | "problem">;
  readonly seen: SeenSessions;
}

/**
 * Judges a session in its account; null where it may go on, or no account governs it. Throws what `CurfewHandler.problem` answers.
 *
 * @param host with the active organization that counts
 */
export async function judge(
  { curfew, options, sessions, seen }: Service,
  auth: AuthContext,
  host: Host,
  request: Request,
): Promise<Ended | null> {
  const placed = await placeOf(auth, options, host, request);
  if (placed === null) return null;
  const { input, lost } = placed;
  const ended =
    lost === null ? await judgeKnown(sessions, input, request) : await judgeLost(curfew, input, lost);
  if (ended !== null) seen.noteEnd(input);
  else if (lost === null) seen.note(input);
  return ended;
}

async function judgeKnown(
  sessions: Service["sessions"],
  input: OpenGoverned,
  request: Request,
): Promise<Ended | null> {
  const current = await sessions.current(request, { input });
  return current.state === "ended" ? current : null;
}

/** A session that is lost begins none. What is live of it ended where this plugin could not see it. */
export async function judgeLost(
  { governed }: Pick<Curfew, "governed">,
  input: OpenGoverned,
  reason: Lost,
): Promise<Ended | null> {
  for (;;) {
    try {
      await governed.check(input);
    } catch (error) {
      // Nothing is known by an id that can't be one.
      if (isCurfewError(error, "not_found") || isCurfewError(error, "validation_failed")) return null;
      const ended = endIn(error);
      if (ended === null) throw error;
      return ended;
    }
    await governed.end(input, { reason, actor: NOBODY });
  }
}

/** Deletes a host session that is over in an account, unless another account governs it live, and returns whether it did. */
export async function closeHost(
  service: Service,
  auth: AuthContext,
  { token, session }: Host,
): Promise<boolean> {
  const { curfew, seen } = service;
  const accounts = new Set([...(await accountsOfUser(auth, session.user.id)), ...seen.accountsOf(token)]);
  for (const accountId of accounts) {
    try {
      await curfew.governed.check({ accountId, hostSessionId: token });
      return false;
    } catch (error) {
      if (endIn(error) === null && !isCurfewError(error, "not_found")) throw error;
    }
  }
  await auth.internalAdapter.deleteSession(token);
  return true;
}

/**
 * Whether an account governs a session in one of these organizations. None does where the person is no member, and better-auth then leaves
 * the session without an organization.
 */
export async function canBeGoverned(
  { options }: Service,
  auth: AuthContext,
  hosts: readonly Host[],
  request: Request,
): Promise<boolean> {
  for (const host of hosts) {
    const placed = await placeOf(auth, options, host, request);
    if (placed?.lost === null) return true;
  }
  return false;
}
