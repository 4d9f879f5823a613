import type { Migration } from "../migrate.js";
import { sessionsMigration } from "./0001-sessions.js";
import { userNamesMigration } from "./0002-user-names.js";
import { accountLimitMigration } from "./0003-account-limit.js";
import { lastSeenMigration } from "./0004-last-seen.js";

/** The store's migrations, in order. */
export const STORE_MIGRATIONS: readonly Migration[] = [
  sessionsMigration,
  userNamesMigration,
  accountLimitMigration,
  lastSeenMigration,
];
