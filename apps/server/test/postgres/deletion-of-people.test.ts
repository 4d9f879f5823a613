import { describePeopleDeletion } from "../deletion/people.js";
import { openEmptied } from "./emptied-database.js";

describePeopleDeletion({ name: "on PostgreSQL", open: (now) => openEmptied("deletion of people", now) });
