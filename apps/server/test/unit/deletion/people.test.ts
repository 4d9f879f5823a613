import { openSqlite } from "@curfew/sql";
import { describePeopleDeletion } from "../../deletion/people.js";

describePeopleDeletion({ name: "on SQLite", open: async (now) => openSqlite({ path: null, now }) });
