import { describeAccountDeletion } from "../../deletion/accounts.js";
import { openMigratedDatabase } from "../migrated-database.js";

describeAccountDeletion({ name: "on SQLite", open: openMigratedDatabase });
