/** Mutants of what decides: the policy, the session and the revocation feed, against core's own tests. */
export default {
  packageManager: "npm",
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "stryker.vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // Files of types alone have no mutants, so nothing has to be said of them.
  mutate: ["packages/core/src/{policy,session,revocation}/**/*.ts"],
  ignorePatterns: ["/bench", "/data", "/docs", "dist"],
  reporters: ["clear-text", "progress", "html"],
  htmlReporter: { fileName: "reports/mutation.html" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 10_000,
  thresholds: { high: 98, low: 96, break: 95 },
  tempDirName: ".stryker-tmp",
};
