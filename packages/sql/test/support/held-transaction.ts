import pg from "pg";
import { onTestFinished } from "vitest";

/** A transaction that the test keeps open, on a connection that is closed when the test finishes. */
export class HeldTransaction {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async begin(url: string): Promise<HeldTransaction> {
    const client = new pg.Client({ connectionString: url });
    // The database may be dropped while the connection is open.
    client.on("error", () => {});
    await client.connect();
    onTestFinished(() => client.end());
    await client.query("BEGIN");
    return new HeldTransaction(client);
  }

  async run(text: string, values: unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    return (await this.#client.query<Record<string, unknown>>(text, values)).rows;
  }

  /** Writes a feed row and returns its sequence. */
  async writeFeedRow(accountId: string): Promise<number> {
    const [row] = await this.run(
      `INSERT INTO curfew_feed (account_id, at, scope, session_id, reason)
       VALUES ($1, $2, 'session', 'a session', 'revoked_by_owner') RETURNING sequence`,
      [accountId, Date.now()],
    );
    return Number(row?.["sequence"]);
  }

  async commit(): Promise<void> {
    await this.#client.query("COMMIT");
    await this.#client.end();
  }

  async rollBack(): Promise<void> {
    await this.#client.query("ROLLBACK");
    await this.#client.end();
  }
}
