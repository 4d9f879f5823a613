import { describeSqlStore } from "../support/conformance.js";
import { postgres } from "../support/databases.js";

// No session follows a policy in its own transaction: the limit of the account decides about all of them.
describeSqlStore(postgres, { settledAtOnce: 0 });
