import { openSqlite } from "@curfew/sql";
import { describeInvitationEnds } from "../../members/invitation-ends.js";

describeInvitationEnds({ name: "on SQLite", open: async (now) => openSqlite({ path: null, now }) });
