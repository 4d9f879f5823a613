import { randomBytes } from "node:crypto";
import type { Migration } from "@curfew/sql";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { SERVICE_LEDGER, SERVICE_MIGRATIONS } from "../../src/database/migrations.js";
import { ApiClient, type ServiceAddress } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { EventStream } from "../harness/event-stream.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { startInProcessReplica } from "../harness/in-process-replica.js";
import { PollingClient } from "../harness/polling-client.js";
import { postgresSettings } from "../harness/postgres-settings.js";
import { Replica } from "../harness/replica.js";
import { type ReplicaLookup, RoamingClient } from "../harness/roaming-client.js";
import { send } from "../harness/send.js";
import { type Settings, spawnService } from "../harness/service-process.js";
import { runSql } from "../harness/sql-client.js";
import { until } from "../harness/until.js";
import { invite, newOwner, newPassword } from "../harness/users.js";
import type { Security } from "../harness/wire.js";

/** How long a revocation may take to reach every replica and stream on a busy machine. */
const PROPAGATION_TIMEOUT_MS = 2_000;
const STORE_LEDGER = "curfew_migrations";
const MIGRATION_NAMES = SERVICE_MIGRATIONS.map(({ name }) => name);
/** A migration of the next version, which this version's code does not need. */
const NEXT: Migration = {
  name: "9001-next",
  statements: {
    postgres: [
      "ALTER TABLE credentials ADD COLUMN colour TEXT",
      "ALTER TABLE email_directory ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
      "CREATE INDEX invitations_creation ON invitations (created_at)",
    ],
  },
};

/** The command of a build of the last release, whose upgrade to this version is then tested too (see `CONTRIBUTING.md`). */
const LAST_RELEASE = process.env["CURFEW_LAST_RELEASE"];

/** The database and settings that the replicas of one test share. */
interface SharedDatabase {
  readonly settings: Settings & { readonly CURFEW_PUBLIC_URL: string };
  readonly url: string;
}

async function createDatabase(name: string): Promise<SharedDatabase> {
  const database = await postgresSettings(name);
  const { DATABASE_URL: url } = database;
  if (url === undefined) throw new Error("there is no PostgreSQL");
  // Every release has the same name for the cookie of this URL.
  return { url, settings: { ...database, CURFEW_PUBLIC_URL: "http://localhost:4000" } };
}

async function appliedMigrations(url: string, ledger: string): Promise<readonly string[]> {
  const rows = await runSql(url, `SELECT name FROM ${ledger} ORDER BY name`);
  return rows.map((row) => (row as { name: string }).name);
}

/** Applies a migration that this version doesn't know, as a later version would: in one transaction with its ledger row. */
const applyMigration = (url: string, ledger: string, name: string, ...statements: readonly string[]) =>
  runSql(url, "BEGIN", ...statements, `INSERT INTO ${ledger} VALUES ('${name}', 0)`, "COMMIT");

async function startNextVersion({ settings }: SharedDatabase): Promise<ServiceAddress> {
  const replica = await startInProcessReplica(settings, [...SERVICE_MIGRATIONS, NEXT]);
  onTestFinished(() => replica.stop());
  return replica;
}

async function startCurrentVersion({ settings }: SharedDatabase, program?: string): Promise<Replica> {
  const replica = new Replica({ ...settings, PORT: String(await freePort()) }, program);
  onTestFinished(() => replica.kill());
  await replica.start();
  return replica;
}

interface Upgrade {
  readonly name: string;
  startOld(database: SharedDatabase): Promise<ServiceAddress>;
  startNew(database: SharedDatabase): Promise<ServiceAddress>;
  /** The service's migrations of the new version. */
  readonly migrations: readonly string[];
}

const UPGRADES: readonly Upgrade[] = [
  {
    name: "this version to the next one",
    startOld: (database) => startCurrentVersion(database),
    startNew: startNextVersion,
    migrations: [...MIGRATION_NAMES, NEXT.name],
  },
  {
    name: "the last release to this version",
    startOld: (database) => startCurrentVersion(database, LAST_RELEASE),
    startNew: (database) => startCurrentVersion(database),
    migrations: MIGRATION_NAMES,
  },
];

const lookupOf = (replicas: readonly ServiceAddress[]): ReplicaLookup => ({
  replica(index) {
    const replica = replicas[index];
    if (replica === undefined) throw new Error("there is no such replica");
    return replica;
  },
});

/** Checks that one replica's sign-ins, refreshes, invitations, policy changes and revocations take effect at another. */
async function expectInteroperability(
  replicas: ReplicaLookup,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const owner = await RoamingClient.register(replicas, from, { key: new DpopKey() });
  expectStatus(await owner.at(to).get("/api/auth/session"), 200);
  expectStatus(await owner.at(to).refresh(), 200);
  expectStatus(await owner.at(from).refresh(), 200);
  await expectInvitationWorks(replicas, owner, { from, to });
  expectStatus(await owner.at(from).patch("/api/accounts/me/security", { idle_minutes: 20 }), 200);
  const policy = expectStatus(await owner.at(to).get("/api/accounts/me/security"), 200).json<Security>();
  expect(policy).toMatchObject({ idle_minutes: 20, active_session_count: 2 });

  const { refreshToken } = owner.client;
  const stream = await EventStream.open(owner.at(to));
  await stream.next("session.state");
  expectStatus(await owner.at(from).post("/api/accounts/me/security/revoke-sessions"), 200);
  const { data } = await stream.next("session.ended", PROPAGATION_TIMEOUT_MS);
  expect(JSON.parse(data)).toMatchObject({ reason: "revoked_by_owner" });
  await until(
    "the other replica to refuse the token",
    async () => (await owner.at(to).get("/api/auth/session")).status === 401,
    PROPAGATION_TIMEOUT_MS,
  );
  // The response cleared the cookie.
  expectProblem(await owner.at(to).refresh({ refresh_token: refreshToken }), 401, "session_revoked");
  expectStatus(await owner.at(to).login(), 200);
  expectProblem(await owner.at(to).login({ password: newPassword() }), 401, "invalid_credentials");
}

async function expectInvitationWorks(
  replicas: ReplicaLookup,
  owner: RoamingClient,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const { token } = await invite(owner.at(from));
  const member = new ApiClient(replicas.replica(to));
  const acceptance = { token, password: newPassword() };
  expectStatus(await member.post("/api/auth/accept-invitation", acceptance), 200);
  const otherClient = new ApiClient(replicas.replica(from));
  expectStatus(await otherClient.get("/api/auth/session", { bearer: member.signedIn.access_token }), 200);
}

/** Checks every pair of replicas, in both directions. */
async function expectReplicasInteroperate(...replicas: readonly ServiceAddress[]): Promise<void> {
  for (const replica of replicas) expect((await send(replica, { path: "/readyz" })).status).toBe(200);
  const lookup = lookupOf(replicas);
  for (const from of replicas.keys())
    for (const to of replicas.keys()) if (from !== to) await expectInteroperability(lookup, { from, to });
}

/** Starts clients that keep refreshing and calling at a replica while its database changes. */
async function startPollingClients(replica: ServiceAddress): Promise<readonly PollingClient[]> {
  const options = [{}, { key: new DpopKey() }, { transport: "body" }] as const;
  const clients = await Promise.all(
    options.map(async (option) => new PollingClient(await newOwner(replica, option))),
  );
  for (const client of clients) client.start();
  return clients;
}

async function expectNoRefusals(clients: readonly PollingClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.untilSucceeded(2)));
  await Promise.all(clients.map((client) => client.stop()));
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
}

describe.each(LAST_RELEASE === undefined ? UPGRADES.slice(0, 1) : UPGRADES)(
  "a rolling upgrade of $name",
  ({ name, startOld, startNew, migrations }) => {
    test("keeps the old replica working while new ones migrate, and with them afterwards", async () => {
      const upgrade = await createDatabase(`upgrade of ${name}`);
      const old = await startOld(upgrade);
      const before = await appliedMigrations(upgrade.url, SERVICE_LEDGER);
      const clients = await startPollingClients(old);
      const olderClient = await newOwner(old, { key: new DpopKey() });
      const [first, second] = await Promise.all([startNew(upgrade), startNew(upgrade)]);
      expect(await appliedMigrations(upgrade.url, SERVICE_LEDGER)).toEqual(migrations);
      expect(migrations.length - before.length).toBeLessThanOrEqual(1);
      await expectReplicasInteroperate(old, first);
      await expectReplicasInteroperate(old, second);
      expectStatus(await olderClient.refresh(), 200);
      await expectNoRefusals(clients);
    });

    test("can be rolled back: an old replica starts on the new schema and works with a new one", async () => {
      const upgrade = await createDatabase(`rollback of ${name}`);
      const newer = await startNew(upgrade);
      const clients = await startPollingClients(newer);
      const old = await startOld(upgrade);
      expect(await appliedMigrations(upgrade.url, SERVICE_LEDGER)).toEqual(migrations);
      await expectReplicasInteroperate(newer, old);
      await expectNoRefusals(clients);
    });
  },
);

describe("a rolling upgrade", () => {
  test("this version keeps working while the next one migrates both schemas, and starts on the result", async () => {
    const upgrade = await createDatabase("the next version's step");
    const old = await startCurrentVersion(upgrade);
    const clients = await startPollingClients(old);
    await Promise.all(clients.map((client) => client.untilSucceeded(2)));
    await applyMigration(
      upgrade.url,
      STORE_LEDGER,
      "9001-next",
      "ALTER TABLE curfew_sessions ADD COLUMN colour TEXT",
      "ALTER TABLE curfew_accounts ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
      "ALTER TABLE curfew_users ADD COLUMN colour TEXT",
      "ALTER TABLE curfew_feed ADD COLUMN colour TEXT",
      "ALTER TABLE curfew_events ADD COLUMN colour TEXT",
    );
    await applyMigration(upgrade.url, SERVICE_LEDGER, NEXT.name, ...(NEXT.statements.postgres ?? []));
    const newer = await startCurrentVersion(upgrade);
    await expectReplicasInteroperate(old, newer);
    await expectNoRefusals(clients);
  });
});

describe("a schema that is two migrations ahead", () => {
  test.each([STORE_LEDGER, SERVICE_LEDGER])(
    "according to %s makes each command exit with one line that names the migrations, and changes nothing",
    async (ledger) => {
      const { url, settings } = await createDatabase(`two ahead in ${ledger}`);
      const current = await startCurrentVersion({ url, settings });
      await current.stop();
      for (const name of ["9001-next", "9002-after"]) await applyMigration(url, ledger, name);
      const before = await appliedMigrations(url, ledger);
      for (const command of ["serve", "migrate"] as const) {
        const { ended, stderr } = spawnService(
          { ...settings, PORT: String(await freePort()), CURFEW_SECRET: randomBytes(32).toString("base64") },
          command,
        );
        expect(await ended).toBe(1);
        const lines = stderr().trimEnd().split("\n");
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(
          /^curfew: the database \S+ at \S+ can't be opened: the database is of a newer version: it holds the steps 9001-next, 9002-after$/,
        );
      }
      expect(await appliedMigrations(url, ledger)).toEqual(before);
    },
  );
});
