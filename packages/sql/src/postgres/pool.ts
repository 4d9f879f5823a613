/** What a client of `pg` is asked. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
  readonly name?: string;
}

/** A client of a `pg.Pool` that one caller uses until it is released. */
export interface PostgresPoolClient {
  query(config: PostgresQuery & { readonly types: never; readonly query_timeout: number }): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  removeListener(event: "error", listener: (error: Error) => void): unknown;
  release(destroy?: boolean): void;
}

/** A `pg.Pool`, in as much as it is used here: the types of `pg` are not needed to read these. */
export interface PostgresPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  connect(): Promise<PostgresPoolClient>;
}
