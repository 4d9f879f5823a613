import type { Governed, OpenGoverned } from "../../curfew-governed.js";
import { contended, type FieldFault } from "../../errors.js";
import { resolvePolicy } from "../../policy/policy.js";
import { governedSessionId } from "../../session/governed-id.js";
import { futureFaults, hostTimesOf, keepUntilOf, orderFaults } from "../../session/host-times.js";
import { deviceOf, fateOf } from "../../session/session.js";
import type { ImportedSession, ImportOutcome, StoredPolicy } from "../../store.js";
import { type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { invalid, refuse } from "../faults.js";
import { userOf } from "./open.js";

/** A row, with its number in the call. */
interface NumberedRow {
  readonly number: number;
  readonly sessionId: string;
  readonly row: OpenGoverned;
}

interface AccountImport {
  readonly accountId: string;
  readonly rows: readonly NumberedRow[];
}

type Imported = Extract<ImportOutcome, { kind: "imported" }>;

/** Creates `Governed.import`. Whatever can be refused is found before the first account is written. */
export function createImport({ store, feed, settings }: Pick<EngineContext, "store" | "feed" | "settings">) {
  const checkAccount = async ({ accountId, rows }: AccountImport): Promise<StoredPolicy> => {
    const policy = await store.readPolicy(accountId);
    for (const { number, row } of rows) refuseRow(number, futureFaults(row, policy.now));
    return policy;
  };

  /** Its transaction would find the same, but with the accounts before it written. */
  const checkUsers = async ({ accountId, rows }: AccountImport): Promise<void> => {
    const snapshots = await store.readSessions(
      accountId,
      rows.map(({ sessionId }) => sessionId),
    );
    const userIds = new Map(snapshots.map(({ session }) => [session.id, session.userId]));
    // A session that has ended counts as known. Its user may have been deleted, and has another id then.
    const ended = new Set(
      snapshots.filter((snapshot) => fateOf(snapshot).state !== "live").map(({ session }) => session.id),
    );
    const disabled = new Map<string, boolean>();
    for (const { number, sessionId, row } of rows) {
      if (ended.has(sessionId)) continue;
      const userId = userIds.get(sessionId);
      if (userId !== undefined && userId !== row.user.id) refuseUser(number, "another_user");
      if (userId !== undefined) continue;
      userIds.set(sessionId, row.user.id);
      if (!disabled.has(row.user.id)) {
        const user = await store.readUser(accountId, row.user.id);
        disabled.set(row.user.id, user?.disabled ?? false);
      }
      if (disabled.get(row.user.id)) refuseUser(number, "user_disabled");
    }
  };

  const importAccount = async (account: AccountImport, first: StoredPolicy): Promise<Imported> => {
    const { accountId, rows } = account;
    let policy = first;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { now } = policy;
      const outcome = await store.importSessions({
        accountId,
        sessions: rows.map(({ sessionId, row }): ImportedSession => {
          const times = hostTimesOf(row, settings.governedSince, now);
          const keepUntil = keepUntilOf(times, settings.policy.bounds.absoluteMinutesMax);
          return { sessionId, user: userOf(row), times, keepUntil, device: deviceOf(row.device) };
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
    const policies: StoredPolicy[] = [];
    for (const account of accounts) policies.push(await checkAccount(account));
    if (accounts.length > 1) for (const account of accounts) await checkUsers(account);
    const counts = { opened: 0, ended: 0, known: 0 };
    for (const [index, account] of accounts.entries()) {
      const policy = policies[index];
      if (policy === undefined) continue;
      const imported = await importAccount(account, policy);
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
    ofAccount.push({ number, sessionId: governedSessionId(accountId, hostSessionId), row });
  }
  return [...accounts].map(([accountId, ofAccount]) => ({ accountId, rows: ofAccount }));
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
