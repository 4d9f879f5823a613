import { describeSqlStore } from "./support/conformance.js";
import { sqliteInMemory } from "./support/databases.js";

// No session's row gets its new deadlines when a policy is applied, so the account's limit decides until a sweep.
describeSqlStore(sqliteInMemory, { settledAtOnce: 0 });
