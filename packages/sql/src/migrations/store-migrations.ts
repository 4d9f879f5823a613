import type { Migration } from "../migrate.js";
import { sessionsMigration } from "./0001-sessions.js";
import { userNamesMigration } from "./0002-user-names.js";
import { accountLimitMigration } from "./0003-account-limit.js";

/** The store's migrations, in order. */
export const STORE_MIGRATIONS: readonly Migration[] = [
  sessionsMigration,
  userNamesMigration,
  accountLimitMigration,
];
