import { openSqlite } from "@curfew/sql";
import { describeActingOwner } from "../../members/acting-owner.js";

describeActingOwner({ name: "on SQLite", open: async (now) => openSqlite({ path: null, now }) });
