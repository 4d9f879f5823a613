import { randomBytes } from "node:crypto";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { SERVICE_LEDGER, SERVICE_MIGRATIONS } from "../../src/database/migrations.js";
import { type ComposedReplica, composeReplica } from "../harness/composed-replica.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectStatus } from "../harness/expectations.js";
import { newOwner } from "../harness/people.js";
import { type Settings, spawnService } from "../harness/process.js";
import { Replica } from "../harness/replica.js";
import { send } from "../harness/send.js";
import { expectService } from "../harness/service-across.js";
import { sharedDatabase } from "../harness/shared-database.js";
import { SteadyClient } from "../harness/steady-client.js";
import type { Places } from "../harness/traveller.js";
import type { Reachable } from "../harness/visitor.js";

const STORE_LEDGER = "curfew_migrations";
const NAMES = SERVICE_MIGRATIONS.map(({ name }) => name);

/** What the replicas of one test share. */
interface Shared {
  readonly settings: Settings & { readonly CURFEW_PUBLIC_URL: string };
  readonly url: string;
}

async function shared(name: string): Promise<Shared> {
  const database = await sharedDatabase(name);
  const { DATABASE_URL: url } = database;
  if (url === undefined) throw new Error("there is no PostgreSQL");
  return { url, settings: { ...database, CURFEW_PUBLIC_URL: `http://localhost:${await freePort()}` } };
}

async function onDatabase(url: string, ...statements: readonly string[]): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: readonly unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

async function appliedIn(url: string, ledger: string): Promise<readonly string[]> {
  const rows = await onDatabase(url, `SELECT name FROM ${ledger} ORDER BY name`);
  return rows.map((row) => (row as { name: string }).name);
}

/** A step that nobody here knows: what a version after this one would take, in one transaction with its line. */
const takeStep = (url: string, ledger: string, name: string, ...statements: readonly string[]) =>
  onDatabase(url, "BEGIN", ...statements, `INSERT INTO ${ledger} VALUES ('${name}', 0)`, "COMMIT");

async function earlier({ settings }: Shared): Promise<ComposedReplica> {
  const replica = await composeReplica(settings, SERVICE_MIGRATIONS.slice(0, -1));
  onTestFinished(() => replica.stop());
  return replica;
}

async function built({ settings }: Shared): Promise<Replica> {
  const replica = new Replica({ ...settings, PORT: String(await freePort()) });
  onTestFinished(() => replica.kill());
  await replica.start();
  return replica;
}

const placesOf = (replicas: readonly Reachable[]): Places => ({
  replica(place) {
    const found = replicas[place];
    if (found === undefined) throw new Error("there is no such replica");
    return found;
  },
});

/** Each with each, both ways. */
async function workTogether(...replicas: readonly Reachable[]): Promise<void> {
  for (const replica of replicas) expect((await send(replica, { path: "/readyz" })).status).toBe(200);
  const places = placesOf(replicas);
  for (const from of replicas.keys())
    for (const to of replicas.keys()) if (from !== to) await expectService(places, { from, to });
}

/** Clients that were signed in at a replica before something happens to its database, and go on meanwhile. */
async function steadyClients(replica: Reachable): Promise<readonly SteadyClient[]> {
  const options = [{}, { key: new DpopKey() }, { transport: "body" }] as const;
  const clients = await Promise.all(
    options.map(async (option) => new SteadyClient(await newOwner(replica, option))),
  );
  for (const client of clients) client.start();
  return clients;
}

async function expectUndisturbed(clients: readonly SteadyClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.untilAnswered(4)));
  await Promise.all(clients.map((client) => client.stop()));
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
}

describe("an upgrade, replica by replica", () => {
  test("a replica of the version before goes on while new ones take the newest step, and works beside them", async () => {
    const upgrade = await shared("rolling upgrade");
    const old = await earlier(upgrade);
    expect(await appliedIn(upgrade.url, SERVICE_LEDGER)).toEqual(NAMES.slice(0, -1));
    const clients = await steadyClients(old);
    const since = await newOwner(old, { key: new DpopKey() });
    const [first, second] = await Promise.all([built(upgrade), built(upgrade)]);
    expect(await appliedIn(upgrade.url, SERVICE_LEDGER)).toEqual(NAMES);
    await workTogether(old, first);
    await workTogether(old, second);
    expectStatus(await since.refresh(), 200);
    await expectUndisturbed(clients);
  });

  test("back again: a replica of the version before starts on the newer schema, beside a new one", async () => {
    const upgrade = await shared("rolling upgrade, and back");
    const newer = await built(upgrade);
    const clients = await steadyClients(newer);
    const old = await earlier(upgrade);
    expect(await appliedIn(upgrade.url, SERVICE_LEDGER)).toEqual(NAMES);
    await workTogether(newer, old);
    await expectUndisturbed(clients);
  });

  test("this version goes on while the next takes a step in both schemas, and starts on what that left", async () => {
    const upgrade = await shared("the next version's step");
    const old = await built(upgrade);
    const clients = await steadyClients(old);
    await Promise.all(clients.map((client) => client.untilAnswered(4)));
    await takeStep(
      upgrade.url,
      STORE_LEDGER,
      "9001-next",
      "ALTER TABLE curfew_sessions ADD COLUMN colour TEXT",
      "ALTER TABLE curfew_accounts ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",
      "ALTER TABLE curfew_users ADD COLUMN colour TEXT",
      "ALTER TABLE curfew_feed ADD COLUMN colour TEXT",
      "ALTER TABLE curfew_events ADD COLUMN colour TEXT",
    );
    await takeStep(
      upgrade.url,
      SERVICE_LEDGER,
      "9001-next",
      "ALTER TABLE credentials ADD COLUMN colour TEXT",
      "ALTER TABLE email_directory ADD COLUMN colour TEXT",
      "CREATE INDEX invitations_age ON invitations (created_at)",
    );
    const late = await built(upgrade);
    await workTogether(old, late);
    await expectUndisturbed(clients);
  });
});

describe("a schema two steps ahead", () => {
  test.each([STORE_LEDGER, SERVICE_LEDGER])(
    "in %s stops each command in one line that names the steps, and changes nothing",
    async (ledger) => {
      const { url, settings } = await shared(`two ahead in ${ledger}`);
      const current = await built({ url, settings });
      await current.stop();
      for (const name of ["9001-next", "9002-after"]) await takeStep(url, ledger, name);
      const before = await appliedIn(url, ledger);
      for (const command of ["serve", "migrate"] as const) {
        const { ended, stderr } = spawnService(
          { ...settings, PORT: String(await freePort()), CURFEW_SECRET: randomBytes(32).toString("base64") },
          command,
        );
        expect(await ended).toBe(1);
        const lines = stderr().trimEnd().split("\n");
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(
          /^curfew: the database \S+ at \S+: the database is of a newer version: it holds the steps 9001-next, 9002-after$/,
        );
      }
      expect(await appliedIn(url, ledger)).toEqual(before);
    },
  );
});
