/** Loaded before an example's server: its clocks move ahead, and its store fails, when the test that started it says so. */
let aheadMs = 0;
const wall = Date.now;
const monotonic = performance.now.bind(performance);
Date.now = () => wall() + aheadMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], made),
});
performance.now = () => monotonic() + aheadMs;
// `new Date()` does not ask `Date.now`.
globalThis.Date = new Proxy(Date, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [target.now()] : parameters, newTarget),
});
process.on("message", async ({ advanceMs = 0, isStoreDown }) => {
  aheadMs += advanceMs;
  if (isStoreDown !== undefined) (await import("./store-trouble.js")).setStoreDown(isStoreDown);
  process.send({ aheadMs });
});
