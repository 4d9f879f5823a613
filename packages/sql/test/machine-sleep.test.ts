import { sqliteInMemory } from "./support/databases.js";
import { describeMachineSleep } from "./support/machine-sleep.js";

describeMachineSleep(sqliteInMemory);
