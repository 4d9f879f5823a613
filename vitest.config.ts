import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./scripts/browser/chromium.js";
import { isLong, isThorough } from "./scripts/checks/rounds.js";

/** Tests import the packages' sources. Only the black-box projects start the built service. */
const source = {
  resolve: { conditions: ["@curfew/source"] },
  ssr: { resolve: { conditions: ["@curfew/source"] } },
};

/**
 * Contract tests that also run on PostgreSQL: those of calls that race others, page through rows or delete them; in the long run the
 * others too, whose statements the conformance suite and the service's own tests run on PostgreSQL.
 */
const STORED = [
  "deletion",
  "invitations",
  "password-links",
  "policy",
  "refresh",
  "revoke",
  "search",
  "tenants",
  ...(isLong
    ? [
        "audit-events",
        "events",
        "limits",
        "login",
        "logout",
        "many-guesses",
        "members",
        "own-sessions",
        "own-user",
        "password",
        "preview",
        "reasons",
        "register",
        "session",
        "sessions-list",
        "tokens",
      ]
    : []),
];

/**
 * What `npm test` has no time for. In the long run alone: the store's whole conformance suite again, with every session under a limit
 * of its account, and on PostgreSQL on partitioned tables and behind a pooler; on PostgreSQL, the ends of invitations and password
 * links and the times of failed sign-ins; a hundred failed sign-ins at the price of real hashes; npm installing the tarballs; the
 * builds on Next.js, of the example and from tarballs; and, in a browser, the example with an OpenID provider and moves between
 * organizations of better-auth. In CI too: the upgrade of replicas, the types of the packed packages, and the example of better-auth in
 * a browser.
 */
const NOT_RUN = [
  ...(isLong
    ? []
    : [
        "packages/sql/test/postgres/partitioned.test.ts",
        "packages/sql/test/postgres/pooled-conformance.test.ts",
        "packages/sql/test/postgres/limit-conformance.test.ts",
        "packages/sql/test/account-limit.test.ts",
        "apps/server/test/postgres/invitation-ends.test.ts",
        "apps/server/test/postgres/password-links.test.ts",
        "apps/server/test/postgres/sign-in-timing.test.ts",
        "apps/server/test/http/many-guesses.test.ts",
        "packages/http/test/packed/install.test.ts",
        "packages/http/test/packed/next.test.ts",
        "examples/next/test/built.test.ts",
        "examples/oidc/test/browser.test.ts",
        "examples/better-auth/test/organizations.test.ts",
      ]),
  ...(isThorough
    ? []
    : [
        "apps/server/test/postgres/rolling-upgrade.test.ts",
        "packages/http/test/packed/types.test.ts",
        "examples/better-auth/test/browser.test.ts",
      ]),
];

const SHARED_SERVICES = "apps/server/test/harness/shared-services.ts";

const REAL_MINUTE = "apps/server/test/http/short-sessions.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          include: [
            "packages/*/test/**/*.test.ts",
            "apps/server/test/unit/**/*.test.ts",
            "apps/web/test/unit/**/*.test.ts",
            "scripts/test/**/*.test.js",
          ],
          exclude: [
            "packages/*/test/model/**",
            "packages/*/test/crash/**",
            "packages/*/test/postgres/**",
            "packages/*/test/packed/**",
            "**/*.browser.test.ts",
            ...NOT_RUN,
          ],
          // With isolation, loading the modules for each file takes as long as the tests.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: "postgres",
          globalSetup: ["scripts/postgres/global-setup.js"],
          isolate: false,
          include: ["packages/*/test/postgres/**/*.test.ts", "apps/server/test/postgres/**/*.test.ts"],
          exclude: NOT_RUN,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: "packed",
          globalSetup: ["packages/http/test/packed/support/pack.ts"],
          isolate: false,
          include: ["packages/*/test/packed/**/*.test.ts"],
          exclude: NOT_RUN,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: { name: "model", include: ["packages/*/test/model/**/*.test.ts"], testTimeout: 1_800_000 },
      },
      {
        ...source,
        test: {
          name: "http",
          globalSetup: ["apps/server/test/harness/contract-coverage.ts", SHARED_SERVICES],
          isolate: false,
          include: ["apps/server/test/http/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          exclude: [REAL_MINUTE, ...NOT_RUN],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        // Mostly waits for a minute of the real clock, so `npm test` runs it alongside everything else.
        test: {
          name: "real-minute",
          globalSetup: [SHARED_SERVICES],
          include: [REAL_MINUTE],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxConcurrency: 10,
        },
      },
      {
        ...source,
        test: {
          name: "http-postgres",
          globalSetup: ["scripts/postgres/global-setup.js", SHARED_SERVICES],
          isolate: false,
          // The others depend on the embedded database's files.
          include: STORED.map((name) => `apps/server/test/http/${name}.test.ts`),
          exclude: NOT_RUN,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: "crash",
          include: ["apps/server/test/crash/**/*.test.ts", "packages/*/test/crash/**/*.test.ts"],
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        ...source,
        oxc: { jsx: { runtime: "automatic" } },
        // Listed, because discovering them during the first run would reload the page.
        optimizeDeps: {
          include: [
            "react",
            "react-dom",
            "react-dom/client",
            "react/jsx-dev-runtime",
            "react/jsx-runtime",
            "vitest-browser-react",
          ],
        },
        test: {
          name: "browser",
          include: [
            "packages/react/test/**/*.test.tsx",
            "packages/client/test/**/*.browser.test.ts",
            "examples/react-embed/test/**/*.test.tsx",
          ],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: await findChromium() }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
