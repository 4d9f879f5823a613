/** Mutation tests of the policy, session, revocation and governed sessions' code, with core's own tests and those on SQLite. */
export default {
  packageManager: "npm",
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "stryker.vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // Files with only types have no mutants, so they need no exclusion.
  mutate: ["packages/core/src/{policy,session,revocation,engine/governed}/**/*.ts"],
  ignorePatterns: ["/bench", "/data", "/docs", "dist"],
  reporters: ["clear-text", "progress", "html"],
  htmlReporter: { fileName: "reports/mutation.html" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 10_000,
  thresholds: { high: 98, low: 96, break: 95 },
  tempDirName: ".stryker-tmp",
};
