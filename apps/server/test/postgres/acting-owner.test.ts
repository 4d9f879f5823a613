import { describeActingOwner } from "../members/acting-owner.js";
import { openEmptied } from "./emptied-database.js";

describeActingOwner({ name: "on PostgreSQL", open: (now) => openEmptied("acting owner", now) });
