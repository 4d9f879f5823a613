import { CurfewError } from "../errors.js";
import type { Actor } from "../events.js";
import { fateOf } from "../session/session.js";
import type { Store } from "../store.js";
import type { EngineContext } from "./context.js";
import { isRecentSignIn } from "./verify.js";

/** Who acts in an account, and when they signed in, as far as the caller was told. */
export interface SignedInActor {
  readonly accountId: string;
  readonly actor: Actor;
  /** In milliseconds since the Unix epoch. */
  readonly authenticatedAt: number;
}

/**
 * Throws `reauthentication_required` if an actor's sign-in is too old for a call that loosens security. Another process may have
 * taken a later proof of who they are, so their session is read before they are refused.
 *
 * @param now in milliseconds since the Unix epoch
 */
export async function requireRecentActor(
  {
    store,
    settings,
  }: { store: Pick<Store, "readSession">; settings: Pick<EngineContext["settings"], "reauthMs"> },
  signedIn: SignedInActor,
  now: number,
): Promise<void> {
  if (isRecentSignIn(signedIn.authenticatedAt, now, settings.reauthMs)) return;
  const provenAt = await readLastProof(store, signedIn);
  if (provenAt !== null && isRecentSignIn(provenAt, now, settings.reauthMs)) return;
  throw new CurfewError("reauthentication_required", {});
}

/** When the person whose live session it is last proved who they are; null if it is not the actor's. */
async function readLastProof(
  store: Pick<Store, "readSession">,
  { accountId, actor: { userId, sessionId } }: SignedInActor,
): Promise<number | null> {
  if (sessionId === null) return null;
  const snapshot = await store.readSession(accountId, sessionId);
  const isTheirs = snapshot !== null && snapshot.user.id === userId && fateOf(snapshot).state === "live";
  return isTheirs ? snapshot.session.authenticatedAt : null;
}
