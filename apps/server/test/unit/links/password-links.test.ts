import { openSqlite } from "@curfew/sql";
import { describePasswordLinks } from "../../links/password-links.js";

describePasswordLinks({ name: "on SQLite", open: async (now) => openSqlite({ path: null, now }) });
