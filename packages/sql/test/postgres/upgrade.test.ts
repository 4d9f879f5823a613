import { openPostgres } from "../../src/index.js";
import { createDatabase } from "../support/databases.js";
import { describeUpgrade } from "../support/upgrade.js";

describeUpgrade({
  name: "PostgreSQL",
  async open(now) {
    const { url, drop } = await createDatabase();
    const database = openPostgres({ url, ...(now && { now }) });
    return { ...database, close: () => database.close().then(drop) };
  },
});
