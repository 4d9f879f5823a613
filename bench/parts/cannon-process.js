import autocannon from "autocannon";

process.once("message", async ({ status = 200, ...options }) => {
  const startedAt = performance.now();
  const result = await autocannon(/** @type {import("autocannon").Options} */ (options));
  const requests = result[status < 300 ? "2xx" : "4xx"];
  process.send?.({
    failures: result.errors + result.timeouts + result["2xx"] + result.non2xx - requests,
    requests,
    requestsPerSecond: (requests / (performance.now() - startedAt)) * 1000,
  });
  process.disconnect();
});
