import { sqliteInMemory } from "./support/databases.js";
import { describeUpgrade } from "./support/upgrade.js";

describeUpgrade(sqliteInMemory);
