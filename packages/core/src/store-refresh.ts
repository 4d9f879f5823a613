import type { NewEvent } from "./events.js";
import type { AccountState, Device, Session, User } from "./session/session.js";

export interface RefreshInput {
  readonly accountId: string;
  readonly sessionId: string;
  /** The generation of the presented token. */
  readonly generation: number;
  readonly provenThumbprint: string | null;
  readonly idleForMs: number;
  readonly graceMs: number;
  /** The digest of the client's network (`networkDigestOf`). Null if it is unknown, or if networks are not compared. */
  readonly network: string | null;
  /** Null leaves `lastSeen` unchanged. */
  readonly device: Device | null;
}

export interface NotedRefreshInput extends RefreshInput {
  /** The state that `decideRefresh` saw. */
  readonly decidedOn: Pick<Session, "generation" | "sharing" | "deviceChangedAt">;
  /** Becomes `sharing.rotations`, with the session's generation; null leaves `sharing` unchanged. */
  readonly sharedRotations: number | null;
  /** Whether `deviceChangedAt` becomes the time of the refresh. */
  readonly deviceChanges: boolean;
  readonly events: readonly NewEvent[];
}

export interface RefreshedSession {
  readonly session: Session;
  readonly user: User;
  readonly account: AccountState;
  readonly now: number;
}
