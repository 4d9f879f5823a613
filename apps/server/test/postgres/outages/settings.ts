import type { Settings } from "../../harness/process.js";

/** What the replicas of these tests are set to. */
export const SETTINGS: Settings = {
  // Longer than any outage here, so that no token expires of which it is to be seen that it is refused.
  CURFEW_ACCESS_TOKEN_SECONDS: "30",
  // A client without a key may have to try as long again.
  CURFEW_ROTATION_GRACE_SECONDS: "30",
  CURFEW_SESSIONS_PER_USER: "10000",
  CURFEW_LOG_LEVEL: "warn",
};

/** How long one of these tests may take on a machine that is busy with others; on a quiet one it is a tenth of that. */
export const TEST_WITHIN_MS = 150_000;
