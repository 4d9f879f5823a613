import { describeOldLinks } from "../links/old-links.js";
import { openEmptied } from "./emptied-database.js";

describeOldLinks({ name: "on PostgreSQL", open: (now) => openEmptied("old links", now) });
