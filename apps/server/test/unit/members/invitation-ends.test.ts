import { describeInvitationEnds } from "../../members/invitation-ends.js";
import { openMigratedDatabase } from "../migrated-database.js";

describeInvitationEnds({ name: "on SQLite", open: openMigratedDatabase });
