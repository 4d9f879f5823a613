import { describeSqlStore } from "../support/conformance.js";
import { postgres } from "../support/databases.js";

describeSqlStore(postgres);
