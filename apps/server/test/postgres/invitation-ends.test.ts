import { openPostgres } from "@curfew/sql";
import { postgresSettings } from "../harness/postgres-settings.js";
import { describeInvitationEnds } from "../members/invitation-ends.js";

let count = 0;

describeInvitationEnds({
  name: "on PostgreSQL",
  async open(now) {
    count += 1;
    const { DATABASE_URL: url } = await postgresSettings(`invitation ends ${count}`);
    if (url === undefined) throw new Error("there is no PostgreSQL");
    return openPostgres({ url, now });
  },
});
