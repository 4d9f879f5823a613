import autocannon from "autocannon";

process.once("message", async (options) => {
  const startedAt = performance.now();
  const result = await autocannon(/** @type {import("autocannon").Options} */ (options));
  const requests = result["2xx"];
  process.send?.({
    failures: result.errors + result.timeouts + result.non2xx,
    requests,
    requestsPerSecond: (requests / (performance.now() - startedAt)) * 1000,
  });
  process.disconnect();
});
