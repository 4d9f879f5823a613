// Every span of time that the client goes by, side by side, since many of them lean on one another.

/** How often all is looked at anew, whatever happens. */
export const TICK_MS = 30_000;

/** A page that nothing ran on for as long was frozen, and may have missed what the others said. */
export const FROZEN_MS = 90_000;

/** How far the two clocks of this machine may disagree about how much time has passed. */
export const DRIFT_MS = 1_000;

/** How long an answer may take, its body included; of a stream (`Accept: text/…`) it is not bounded. */
export const ANSWER_MS = 10_000;

/** What took longer from its call to its answer was held up on this machine, which slept, say. */
export const FRESH_MS = 12_000;

/** How long to wait for a tab that holds the lock and may hang. */
export const PATIENCE_MS = 10_000;

/** How long this browser keeps back the end of a session that it ends itself. */
export const HOLD_MS = 10_000;

/** At most one refresh a minute for activity alone. */
export const ACTIVITY_MS = 60_000;

/** After an answer, that long until the next refresh that nothing but a deadline or a clock asks for. */
export const PAUSE_MS = 1_000;

/** Milliseconds of a token's life that a second of it counts as: one of 300 seconds is too old 15 before its end. */
export const TOKEN_SECOND_MS = 950;

/** What is newer than a touch by less is the same one: told twice, or one of many a second. */
export const BLUR_MS = 500;

/** More than any session can live: so long ago is the last touch where none is known. */
export const UNKNOWN_MS = 31_536_000_000;

/** How long trouble lasts before the person is told. */
export const TROUBLE_LASTS_MS = 2_000;

/** The longest wait after the first failure, and after many; between them it doubles. */
export const FIRST_RETRY_MS = 500;
export const LONGEST_RETRY_MS = 30_000;

/** An event stream that says nothing for as long, from its call on, is dead, whatever the browser thinks: a comment comes every 15 seconds. */
export const SILENCE_MS = 40_000;

/** An event stream that was cut sooner did not work, and is begun anew ever more slowly. */
export const WORKS_AFTER_MS = 10_000;
