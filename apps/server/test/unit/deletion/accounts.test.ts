import { openSqlite } from "@curfew/sql";
import { describeAccountDeletion } from "../../deletion/accounts.js";

describeAccountDeletion({ name: "on SQLite", open: async (now) => openSqlite({ path: null, now }) });
