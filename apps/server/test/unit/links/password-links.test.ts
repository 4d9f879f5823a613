import { describePasswordLinks } from "../../links/password-links.js";
import { openMigratedDatabase } from "../migrated-database.js";

describePasswordLinks({ name: "on SQLite", open: openMigratedDatabase });
