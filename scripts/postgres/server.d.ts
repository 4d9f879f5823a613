/** Types of `server.js`. */
export interface PostgresServer {
  /** URL of the default database. */
  readonly url: string;
  readonly port: number;
  /** URL of another database. */
  urlOf(name: string): string;
  /** Starts again after `stop` or `kill`, with the same data. */
  start(): Promise<void>;
  /** Shuts down, and closes all connections. */
  stop(): Promise<void>;
  /** Kills the server with SIGKILL. */
  kill(): Promise<void>;
  /** Sends a signal to the main process. */
  signal(signal: NodeJS.Signals): void;
  /** Stops the server and deletes its data. */
  remove(): Promise<void>;
}

/** Whether there is a PostgreSQL binary for the platform. */
export function hasPostgres(machine?: { readonly platform: string; readonly arch: string }): boolean;

/** Starts a server on a free port. Throws if there is no binary for the platform or the server does not start. */
export function startPostgres(options?: { readonly flags?: readonly string[] }): Promise<PostgresServer>;
