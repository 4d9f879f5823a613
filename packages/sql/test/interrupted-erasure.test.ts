import { openSqlite } from "../src/index.js";
import { describeInterruptedErasure } from "./support/interrupted-erasure.js";

describeInterruptedErasure("SQLite", async () => openSqlite({ path: null }));
