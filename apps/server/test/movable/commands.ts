/** What a test may ask of its service, with the answer to each. */
export interface Commands {
  /** Jumps ahead by so many milliseconds; the service has taken notice when it answers. */
  advance: { argument: number; answer: null };
  /** The service's time, in milliseconds since the Unix epoch. */
  now: { argument: null; answer: number };
  /** The database is down, or up again. */
  outage: { argument: boolean; answer: null };
  /** Calls of the API wait, or are let go. */
  stall: { argument: boolean; answer: null };
  /** Every event stream is cut. */
  cut: { argument: null; answer: null };
}

export type CommandName = keyof Commands;

/** From the test to the service. */
export interface Order {
  readonly id: number;
  readonly name: CommandName;
  readonly argument: Commands[CommandName]["argument"];
}

/** From the service to the test: once with `id` 0 when it is ready (`value` is its port), then one for each order. */
export interface Report {
  readonly id: number;
  readonly value: number | null;
  readonly fault?: string;
}
