/** Loaded before a service of the tests: sets its machine's clock ahead by so many milliseconds, or behind. */
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
