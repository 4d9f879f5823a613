import { describeSqlStore } from "./support/conformance.js";
import { reusedSqlite } from "./support/databases.js";

// No session's row gets its new deadlines when a policy is applied, so the account's limit decides until a sweep.
describeSqlStore(reusedSqlite(), { settledAtOnce: 0 });
