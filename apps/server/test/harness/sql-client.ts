import pg from "pg";

/** Runs statements over one connection to the database at `url`, and returns the rows of the last one. */
export async function runSql(url: string, ...statements: readonly string[]): Promise<readonly unknown[]> {
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

/** Closes every other connection to the database at `url`. */
export async function closeConnections(url: string): Promise<void> {
  await runSql(
    url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
}
