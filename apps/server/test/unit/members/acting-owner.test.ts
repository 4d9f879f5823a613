import { describeActingOwner } from "../../members/acting-owner.js";
import { openMigratedDatabase } from "../migrated-database.js";

describeActingOwner({ name: "on SQLite", open: openMigratedDatabase });
