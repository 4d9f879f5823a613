/** How often the monitor checks its state when nothing else triggers a check. */
export const CHECK_INTERVAL_MS = 30_000;

/** A page without a check for this long was frozen and may have missed messages of the other tabs. */
export const FROZEN_AFTER_MS = 90_000;

/** The difference between the monotonic and the wall clock beyond which the time since the last response is unknown. */
export const CLOCK_DRIFT_MAX_MS = 1_000;

/** The timeout of a request, body included: a slow line needs many seconds. Event streams and downloads have none. */
export const CALL_TIMEOUT_MS = 60_000;

/** A response that took longer was delayed on this machine, for example by sleep, and may be outdated. */
export const RESPONSE_FRESH_MS = 62_000;

/**
 * How long a tab waits for the lock that another one holds, possibly a hanging one, and for a refresh before it calls the server
 * unreachable. So long, too, all tabs ignore the end of a session that this browser ends itself.
 */
export const PATIENCE_MS = 10_000;

/**
 * How long a page of a host waits after its session was reported as signed out: the user may have signed in again, in another
 * tab, whose answer brings the next session's cookie.
 */
export const NEXT_SIGN_IN_MS = 1_500;

/** How long this browser's storage may take for a proof; then it is asked once more. */
export const LOCAL_TIMEOUT_MS = 1_000;

/** A lock that took longer was held by another tab. */
export const LOCK_FREE_MS = 5;

/** How long a message of another tab may take to arrive. */
export const MESSAGE_MS = 50;

/** Activity alone causes at most one refresh per minute. */
export const ACTIVITY_REFRESH_MS = 60_000;

/** The pause after a successful refresh. */
export const REFRESH_PAUSE_MS = 1_000;

/** A deadline this much later than a dismissed one may warn again; refreshes move the same one by up to a second or two. */
export const NEW_DEADLINE_MS = 30_000;

/** Milliseconds of use per second of a token's lifetime: a token of 300 s is replaced 15 s before it expires. */
export const TOKEN_SECOND_MS = 950;

/** Activity that is newer by less is the same activity, reported twice or many times a second. */
export const SAME_ACTIVITY_MS = 500;

/** Time since the last activity while none is known: longer than any session lives. */
export const NO_ACTIVITY_MS = 31_536_000_000;

/** How long the server must be unreachable before the state says `reconnecting`. */
export const RECONNECTING_AFTER_MS = 2_000;

/** The longest delay before the first retry, which doubles with each failure, and its limit. */
export const FIRST_RETRY_MS = 500;
export const LONGEST_RETRY_MS = 30_000;

/** The same limit for the event stream, which a proxy may never let through. */
export const LONGEST_STREAM_RETRY_MS = 600_000;

/** A longer `Retry-After` counts as this: a proxy's hour would sign out a user at work. */
export const RETRY_AFTER_MAX_MS = 60_000;

/** The server sends a comment every 15 s; a stream silent for this long is dead even if the browser reports no error. */
export const STREAM_SILENCE_MS = 40_000;

/** A stream that was cut sooner counts as a failed attempt, so that reconnecting backs off. */
export const STREAM_STABLE_MS = 10_000;

/** Half a minute: a warning begins at half of the session's limit at the earliest. */
export const HALF_MINUTE_MS = 30_000;
