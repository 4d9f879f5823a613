/** What `server.js` has, for the tests in TypeScript. */
export interface PostgresServer {
  /** Of the database that every server has. */
  readonly url: string;
  readonly port: number;
  /** Of another database. */
  urlOf(name: string): string;
  /** Begins again after `stop` or `kill`, with the data as they were. */
  start(): Promise<void>;
  /** Ends every connection and the server, in order. */
  stop(): Promise<void>;
  /** Ends it as a cut of the power does. */
  kill(): Promise<void>;
  /** Sent to the main process, for all of its children. */
  signal(signal: NodeJS.Signals): void;
  /** Stops it and takes its data away. */
  remove(): Promise<void>;
}

/** Whether there is a server to start: not every platform has a binary of it. */
export function hasPostgres(machine?: { readonly platform: string; readonly arch: string }): boolean;

/** Starts a server on a free port. Throws, with what it said, where the platform has no binary of it or it does not start. */
export function startPostgres(options?: { readonly flags?: readonly string[] }): Promise<PostgresServer>;
