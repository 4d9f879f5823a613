import type { Migration } from "../migrate.js";
import { sessionsMigration } from "./0001-sessions.js";
import { limitsAndNetworksMigration } from "./0002-limits-and-networks.js";

/** The store's migrations, in order. */
export const STORE_MIGRATIONS: readonly Migration[] = [sessionsMigration, limitsAndNetworksMigration];
