/** Preloaded into a replica (`--import`): shifts `Date` by `TEST_CLOCK_AHEAD_MS` milliseconds; negative values shift it back. */
const aheadMs = Number(process.env.TEST_CLOCK_AHEAD_MS);
const trueNow = Date.now;

globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [trueNow() + aheadMs] : given));
  }

  static now() {
    return trueNow() + aheadMs;
  }
};
