/** Loaded before an example's server: its clocks move ahead when the test that started it says so. */
let aheadMs = 0;
const wall = Date.now;
const monotonic = performance.now.bind(performance);
Date.now = () => wall() + aheadMs;
performance.now = () => monotonic() + aheadMs;
process.on("message", ({ advanceMs }) => {
  aheadMs += advanceMs;
  process.send({ aheadMs });
});
