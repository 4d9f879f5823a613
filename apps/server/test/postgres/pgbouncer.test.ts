import { describe, expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "../../../../packages/sql/test/support/databases.js";
import { poolerBefore } from "../../../../packages/sql/test/support/transaction-pooler.js";
import { openDatabase } from "../../src/database/open-database.js";
import { join, login, refresh, register, signedIn } from "../unit/api-calls.js";
import { createTestService } from "../unit/test-service.js";
import { PGBOUNCER, startPgBouncer } from "./pgbouncer.js";

type StartPooler = (url: string) => Promise<string>;

const poolers: [name: string, start: StartPooler][] = [
  ["a transaction pooler", async (url) => (await poolerBefore(url)).url],
];
const program = PGBOUNCER;
if (program === undefined)
  process.stdout.write("not run: the service behind PgBouncer: pgbouncer is not installed\n");
else
  for (const mode of ["transaction", "session"] as const)
    poolers.push([`PgBouncer in ${mode} mode`, (url) => startPgBouncer(program, url, mode)]);

describe.each(poolers)("behind %s", (_, start) => {
  async function open({ pooled, isDirect }: { pooled: boolean; isDirect: boolean }) {
    const url = await createTestDatabase();
    const settings = { url: await start(url), directUrl: isDirect ? url : null, pooled, poolSize: 3 };
    return await openDatabase({ postgres: settings, dataDirectory: "unused" });
  }

  test.each([true, false])(
    "people sign in, refresh and are signed out with CURFEW_DATABASE_POOLED, with a direct URL: %s",
    async (isDirect) => {
      const { database } = await open({ pooled: true, isDirect });
      const service = await createTestService({ openDatabase: async () => database });
      onTestFinished(() => service.close());
      const ada = await register(service, "Ada");
      const bob = await join(service, ada, "Bob");
      const cookies = [ada.cookie];
      for (let round = 0; round < 3; round += 1) {
        cookies.push(signedIn(await login(service, bob.email)).cookie);
        const answers = await Promise.all(cookies.map((cookie) => refresh(service, cookie)));
        expect(answers.map(({ status }) => status)).toEqual(cookies.map(() => 200));
        cookies.splice(0, cookies.length, ...answers.map(({ cookie }) => cookie ?? ""));
      }
      const revoked = await service.call("POST", "/api/accounts/me/security/revoke-sessions", {
        token: ada.token,
        body: { scope: "others" },
      });
      expect(revoked).toMatchObject({ status: 200, body: { revoked_count: 4 } });
      expect(await service.call("GET", "/api/auth/session", { token: bob.token })).toMatchObject({
        status: 401,
        body: { code: "session_revoked" },
      });
    },
  );

  test.each([false, true])(
    "a start without CURFEW_DATABASE_POOLED says in one line what is refused, and what to set, with a direct URL: %s",
    async (isDirect) => {
      const failure = await open({ pooled: false, isDirect }).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        exitCode: 1,
        message: expect.stringMatching(
          /^the database \w+ at 127\.0\.0\.1:\d+ can't be reached: unsupported startup parameter: \w+: behind a pooler set CURFEW_DATABASE_POOLED=true, and CURFEW_DATABASE_DIRECT_URL to the server itself$/,
        ),
      });
    },
  );
});
