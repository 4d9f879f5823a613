import { describeInvitationEnds } from "../members/invitation-ends.js";
import { openEmptied } from "./emptied-database.js";

describeInvitationEnds({ name: "on PostgreSQL", open: (now) => openEmptied("invitation ends", now) });
