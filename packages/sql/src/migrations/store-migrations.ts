import type { Migration } from "../migrate.js";
import { sessionsMigration } from "./0001-sessions.js";
import { limitsAndGovernedSessionsMigration } from "./0002-limits-and-governed-sessions.js";

/** The store's migrations, in order. */
export const STORE_MIGRATIONS: readonly Migration[] = [sessionsMigration, limitsAndGovernedSessionsMigration];
