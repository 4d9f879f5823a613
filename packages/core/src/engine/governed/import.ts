import type { Governed, OpenGoverned } from "../../curfew-governed.js";
import { contended, type FieldFault } from "../../errors.js";
import { resolvePolicy } from "../../policy/policy.js";
import { governedSessionId } from "../../session/governed-id.js";
import {
  futureFaults,
  type HostSaid,
  hostMomentsOf,
  hostTimesOf,
  keepUntilOf,
  orderFaults,
} from "../../session/host-times.js";
import { hostUserOf } from "../../session/host-user.js";
import { type Device, deviceOf, fateOf } from "../../session/session.js";
import type { HostUser, ImportedSession, ImportOutcome, ImportSnapshot, StoredPolicy } from "../../store.js";
import { type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { invalid, refuse } from "../faults.js";

/** What a row says, with its number in the call. A copy, since a host may change its objects while the call waits. */
interface NumberedRow {
  readonly number: number;
  readonly sessionId: string;
  readonly user: HostUser;
  readonly moments: HostSaid;
  readonly device: Device;
}

interface AccountImport {
  readonly accountId: string;
  readonly rows: readonly NumberedRow[];
}

type Imported = Extract<ImportOutcome, { kind: "imported" }>;

/** Creates `Governed.import`. Whatever can be refused is found before the first account is written. */
export function createImport({ store, feed, settings }: Pick<EngineContext, "store" | "feed" | "settings">) {
  /** Where it is the only account, its own transaction finds the same before anything is written. */
  const readAccount = ({ accountId, rows }: AccountImport, isOnly: boolean): Promise<ImportSnapshot> =>
    store.readImport({
      accountId,
      sessionIds: isOnly ? [] : rows.map(({ sessionId }) => sessionId),
      userIds: isOnly ? [] : [...new Set(rows.map(({ user }) => user.id))],
    });

  const importAccount = async (account: AccountImport, first: StoredPolicy): Promise<Imported> => {
    const { accountId, rows } = account;
    let policy = first;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { now } = policy;
      const outcome = await store.importSessions({
        accountId,
        sessions: rows.map(({ sessionId, user, moments, device }): ImportedSession => {
          const times = hostTimesOf(moments, settings.governedSince, now);
          const keepUntil = keepUntilOf(times, settings.policy.bounds.absoluteMinutesMax);
          return { sessionId, user, times, keepUntil, device };
        }),
        expectedPolicyVersion: policy.version,
        limits: resolvePolicy(policy.override, settings.policy),
        event: { type: "sessions.imported", details: {} },
      });
      switch (outcome.kind) {
        case "imported":
          feed.remember(outcome.feed);
          return outcome;
        case "policy_moved":
          policy = await store.readPolicy(accountId);
          break;
        default:
          refuseUser(rows[outcome.index]?.number ?? 0, outcome.kind);
      }
    }
    throw contended();
  };

  const importRows: Governed["import"] = async (rows) => {
    for (const [number, row] of rows.entries()) refuseRow(number, orderFaults(row));
    const accounts = byAccount(rows);
    const reads: { account: AccountImport; snapshot: ImportSnapshot }[] = [];
    for (const account of accounts) {
      const snapshot = await readAccount(account, accounts.length === 1);
      for (const { number, moments } of account.rows) refuseRow(number, futureFaults(moments, snapshot.now));
      reads.push({ account, snapshot });
    }
    if (reads.length > 1) for (const { account, snapshot } of reads) refuseUsers(account, snapshot);
    const counts = { opened: 0, ended: 0, known: 0 };
    for (const { account, snapshot } of reads) {
      const imported = await importAccount(account, snapshot);
      counts.opened += imported.opened;
      counts.ended += imported.ended;
      counts.known += imported.known;
    }
    return counts;
  };
  return importRows;
}

function byAccount(rows: readonly OpenGoverned[]): readonly AccountImport[] {
  const accounts = new Map<string, NumberedRow[]>();
  for (const [number, row] of rows.entries()) {
    const { accountId, hostSessionId } = row;
    const ofAccount = accounts.get(accountId) ?? [];
    accounts.set(accountId, ofAccount);
    ofAccount.push({
      number,
      sessionId: governedSessionId(accountId, hostSessionId),
      user: hostUserOf(row.user),
      moments: hostMomentsOf(row),
      device: deviceOf(row.device),
    });
  }
  return [...accounts].map(([accountId, ofAccount]) => ({ accountId, rows: ofAccount }));
}

/** Throws where the user of a row is disabled, or another than the one whose session is there. */
function refuseUsers({ rows }: AccountImport, { sessions, users }: ImportSnapshot): void {
  const disabled = new Set(users.filter((user) => user.disabled).map((user) => user.id));
  const userIds = new Map(sessions.map(({ session }) => [session.id, session.userId]));
  // A session that has ended counts as known. Its user may have been deleted, and has another id then.
  const ended = new Set(
    sessions.filter((snapshot) => fateOf(snapshot).state !== "live").map(({ session }) => session.id),
  );
  for (const { number, sessionId, user } of rows) {
    if (ended.has(sessionId)) continue;
    const userId = userIds.get(sessionId);
    if (userId !== undefined && userId !== user.id) refuseUser(number, "another_user");
    if (userId !== undefined) continue;
    userIds.set(sessionId, user.id);
    if (disabled.has(user.id)) refuseUser(number, "user_disabled");
  }
}

const USER_FAULTS = {
  user_disabled: "The user is disabled.",
  another_user: "The host session is of another user.",
} as const;

const refuseUser = (row: number, kind: keyof typeof USER_FAULTS): void =>
  refuseRow(row, [invalid("user.id", USER_FAULTS[kind])]);

/** Throws the first fault of a row, named as a field of it. */
function refuseRow(row: number, [first]: readonly FieldFault[]): void {
  if (first !== undefined) refuse([{ ...first, field: `rows.${row}.${first.field}` }]);
}
