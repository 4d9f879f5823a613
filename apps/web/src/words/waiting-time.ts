import { counted } from "./counted.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** How long one has to wait, rounded up: '40 seconds', '1 minute'. */
export const waitingTime = (ms: number): string =>
  ms < MINUTE_MS
    ? counted(Math.max(1, Math.ceil(ms / SECOND_MS)), "second")
    : counted(Math.ceil(ms / MINUTE_MS), "minute");
