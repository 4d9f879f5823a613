import { inSqlite } from "../../limits/kinds.js";
import { describeReplicas } from "../../limits/replicas.js";

describeReplicas(inSqlite);
