import { describeSqlStore } from "./support/conformance.js";
import { sqliteInMemory } from "./support/databases.js";

describeSqlStore(sqliteInMemory);
