import { describeSqlStore } from "../support/conformance.js";
import { reusedPostgres } from "../support/databases.js";

describeSqlStore(reusedPostgres());
