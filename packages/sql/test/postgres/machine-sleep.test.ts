import { postgres } from "../support/databases.js";
import { describeMachineSleep } from "../support/machine-sleep.js";

describeMachineSleep(postgres);
