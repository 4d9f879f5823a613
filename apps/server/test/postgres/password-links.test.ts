import { describePasswordLinks } from "../links/password-links.js";
import { openEmptied } from "./emptied-database.js";

describePasswordLinks({ name: "on PostgreSQL", open: (now) => openEmptied("password links", now) });
