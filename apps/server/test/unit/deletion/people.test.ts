import { describePeopleDeletion } from "../../deletion/people.js";
import { openMigratedDatabase } from "../migrated-database.js";

describePeopleDeletion({ name: "on SQLite", open: openMigratedDatabase });
