import { openPostgres } from "../../src/index.js";
import { describeSqlStore } from "../support/conformance.js";
import { postgresKind } from "../support/databases.js";
import { poolerBefore } from "../support/transaction-pooler.js";

describeSqlStore(
  postgresKind("PostgreSQL behind a transaction pooler", async (url, now) =>
    openPostgres({
      url: (await poolerBefore(url)).url,
      directUrl: url,
      pooled: true,
      ...(now && { now }),
    }),
  ),
);
