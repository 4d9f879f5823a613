import { openSqlite } from "@curfew/sql";
import { describeOldLinks } from "../../links/old-links.js";

describeOldLinks({ name: "on SQLite", open: async (now) => openSqlite({ path: null, now }) });
