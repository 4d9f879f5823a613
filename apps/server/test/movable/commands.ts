/** The commands that a test can send to its service, with the reply to each. */
export interface Commands {
  /** Moves the clock ahead by some milliseconds. The reply comes once the service has applied the new time. */
  advance: { argument: number; reply: null };
  /** Returns the service's time, in milliseconds since the Unix epoch. */
  now: { argument: null; reply: number };
  /** Makes the database unavailable, or available again. */
  outage: { argument: boolean; reply: null };
  /** Delays the responses of the API until it is turned off. */
  stall: { argument: boolean; reply: null };
  /** Closes every event stream. */
  cut: { argument: null; reply: null };
  /** Returns the setup token; null once there is an account. */
  setupToken: { argument: null; reply: string | null };
}

export type CommandName = keyof Commands;

/** From the test to the service. */
export interface CommandMessage {
  readonly id: number;
  readonly name: CommandName;
  readonly argument: Commands[CommandName]["argument"];
}

/** From the service to the test: first with `id` 0 when it is ready (`value` is its port), then one per command. */
export interface ReplyMessage {
  readonly id: number;
  readonly value: number | string | null;
  readonly error?: string;
}
