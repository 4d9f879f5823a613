import { describeReleasedAddresses } from "../accounts/released-addresses.js";
import { openEmptied } from "./emptied-database.js";

describeReleasedAddresses({ name: "on PostgreSQL", open: (now) => openEmptied("released addresses", now) });
