import { useSession } from "../hooks/use-session.js";
import { LargeStrip } from "./large-strip.js";
import { RunningBar } from "./running-bar.js";
import { SmallStrip } from "./small-strip.js";
import type { StripSession } from "./strip.js";

export type { StripSession } from "./strip.js";

const SIZES = { large: LargeStrip, small: SmallStrip, bar: RunningBar };

/**
 * The two deadlines of a session as a picture: a band from sign-in to the absolute deadline, on it the idle window and
 * a tick for now. It moves with the server's clock.
 *
 * @param size `large` with clock times and words, `small` for a row of a list, `bar` the last five minutes running out
 * @param session the session to draw; this browser's own unless told
 * @example <SessionDeadlines size="large" />
 */
export function SessionDeadlines({ size, session }: { size: keyof typeof SIZES; session?: StripSession }) {
  const state = useSession();
  const drawn = session ?? (state.status === "signed_in" ? state.session : null);
  if (drawn === null) return null;
  const Size = SIZES[size];
  return <Size session={drawn} />;
}
