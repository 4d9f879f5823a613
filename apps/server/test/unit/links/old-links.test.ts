import { describeOldLinks } from "../../links/old-links.js";
import { openMigratedDatabase } from "../migrated-database.js";

describeOldLinks({ name: "on SQLite", open: openMigratedDatabase });
