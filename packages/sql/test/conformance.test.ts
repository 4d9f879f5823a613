import { describeSqlStore } from "./support/conformance.js";
import { reusedSqlite } from "./support/databases.js";

describeSqlStore(reusedSqlite());
