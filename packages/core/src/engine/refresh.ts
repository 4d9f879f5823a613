import type { Grant, RefreshOptions } from "../curfew.js";
import { CurfewError, contended, endedError, unauthenticated } from "../errors.js";
import type { NewEvent } from "../events.js";
import { networkDigestOf } from "../network.js";
import { decideRefresh, type Proof, type RefreshNote } from "../session/refresh-decision.js";
import { type Device, deviceOf, type SessionSnapshot } from "../session/session.js";
import type { RefreshedSession, RefreshInput } from "../store.js";
import { type EngineContext, grantFor, MAX_ATTEMPTS } from "./context.js";
import { missingSession } from "./missing-session.js";

/** Renews a session; see `Sessions.refresh`. The common case is one statement. */
export async function refreshSession(
  context: EngineContext,
  refreshToken: string,
  options: RefreshOptions,
): Promise<Grant> {
  const { store, settings } = context;
  const claims = context.refreshTokens.parse(refreshToken);
  if (claims === null) throw unauthenticated();
  const proof = options.proof ?? null;
  const device = clientOf(options);
  const input: RefreshInput = {
    ...claims,
    provenThumbprint: proof !== null && "thumbprint" in proof ? proof.thumbprint : null,
    idleForMs: idleForMilliseconds(options.idleForSeconds ?? 0),
    graceMs: settings.graceMs,
    network: settings.shadowLimit === 0 ? null : networkDigestOf(device?.ip ?? null),
    device,
  };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const refreshed = (await store.refreshSession(input)) ?? (await followUp(context, input, proof));
    if (refreshed !== null) {
      context.watchers.onRefresh(refreshed);
      return grantFor(context, refreshed);
    }
  }
  throw contended();
}

/** The client's device; null if nothing is known of it. */
function clientOf({ device, ip = null }: RefreshOptions): Device | null {
  if (device === undefined && ip === null) return null;
  return deviceOf({ ...device, ip: device?.ip === undefined ? ip : device.ip });
}

/**
 * Finds out why the store did not refresh. Refreshes with a note, or applies the consequences and throws. Returns null if
 * another attempt may succeed.
 */
async function followUp(
  context: EngineContext,
  input: RefreshInput,
  proof: Proof | null,
): Promise<RefreshedSession | null> {
  const { store, settings, feed } = context;
  const { accountId, sessionId, generation, network, device } = input;
  const settled = await context.readSettled(accountId, sessionId);
  if (settled === null) throw await missingSession(store, accountId, unauthenticated(), { isProven: true });
  const { snapshot, fate } = settled;
  if (fate.state !== "live") throw endedError(fate);
  const presented = { generation, proof, network, deviceLabel: device?.label ?? null };
  const decision = decideRefresh(snapshot, presented, settings);
  const event = { actorId: null, sessionId, ip: device?.ip ?? null };
  switch (decision.kind) {
    case "live":
      return null;
    case "noted":
      return await store.refreshAndNote({
        ...input,
        decidedOn: snapshot.session,
        sharedRotations: decision.note.sharedRotations,
        deviceChanges: decision.note.deviceChange !== null,
        events: eventsOf(decision.note, snapshot, device),
      });
    case "ended":
      throw endedError(decision.fate);
    case "unproven": {
      const details = { user_id: snapshot.user.id, fault: decision.fault };
      await store.recordEvent(accountId, { ...event, type: "session.proof_failed", details }, sessionId);
      throw new CurfewError(decision.fault, {});
    }
    case "from_the_future":
      settings.onTrouble({ kind: "database_went_back", accountId, sessionId });
      throw unauthenticated();
    case "reused": {
      const outcome = await store.endSession({
        accountId,
        sessionId,
        reason: "token_reused",
        event: { ...event, type: "session.token_reused", details: { user_id: snapshot.user.id } },
      });
      // Another request ended the session first: the next attempt reads its reason.
      if (outcome.kind === "not_live") return null;
      feed.remember(outcome.feed);
      throw endedError({ state: "revoked", reason: "token_reused", endedAt: outcome.now });
    }
  }
}

/** The events of a note. Of several shared rotations in a row, only the first is an event. */
function eventsOf(
  { sharedRotations, deviceChange }: RefreshNote,
  { session, user }: SessionSnapshot,
  device: Device | null,
): readonly NewEvent[] {
  const event = { actorId: null, sessionId: session.id, ip: device?.ip ?? null };
  const events: NewEvent[] = [];
  if (sharedRotations === 1)
    events.push({
      ...event,
      type: "session.token_shared",
      details: { user_id: user.id, device: device?.label ?? null },
    });
  if (deviceChange !== null)
    events.push({
      ...event,
      type: "session.device_changed",
      details: { user_id: user.id, before: deviceChange.before, after: deviceChange.after },
    });
  return events;
}

/** 100 years. No session is older, and every database can count it. */
const MAX_IDLE_SECONDS = 3_155_760_000;

/** As `idleForSeconds` says it, in milliseconds. */
export const idleForMilliseconds = (seconds: number): number => Math.min(seconds, MAX_IDLE_SECONDS) * 1000;
