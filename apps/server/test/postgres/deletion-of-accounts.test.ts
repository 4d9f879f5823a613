import { describeAccountDeletion } from "../deletion/accounts.js";
import { openEmptied } from "./emptied-database.js";

describeAccountDeletion({ name: "on PostgreSQL", open: (now) => openEmptied("deletion of accounts", now) });
