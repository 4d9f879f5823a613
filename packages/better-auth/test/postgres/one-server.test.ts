import { randomBytes } from "node:crypto";
import { migrateStore, openPostgres } from "@curfew/sql";
import pg from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import { NOBODY, openAuth } from "../support/auth.js";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

async function query(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** Better-auth and Curfew in one database of PostgreSQL, which is dropped when the test finishes. */
async function openOnPostgres() {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await query(`CREATE DATABASE ${name}`);
  onTestFinished(() => query(`DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  const database = openPostgres({ url: url.href });
  await migrateStore(database);
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  onTestFinished(() => pool.end());
  return openAuth({ auth: { database: pool }, database });
}

test("with PostgreSQL a session that is over closes its organization, and better-auth's endings are Curfew's", async () => {
  const { register, engine, findSession } = await openOnPostgres();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const globex = await ada.createOrganization("globex");
  await ada.get("/get-session");
  await ada.setActive(acme);
  await engine.revoke.account(acme, { actor: NOBODY });
  const refused = await ada.get("/organization/list");
  expect(refused).toMatchObject({ status: 401, body: { reason: "revoked_by_owner" } });
  expect((await ada.setActive(globex)).status).toBe(200);
  const token = ada.token();
  const body = {
    currentPassword: "correct horse battery",
    newPassword: "another horse battery",
    revokeOtherSessions: true,
  };
  expect((await ada.post("/change-password", body)).status).toBe(200);
  expect(await findSession(token)).toBeNull();
  const check = engine.governed.check({ accountId: globex, hostSessionId: token });
  await expect(check).rejects.toMatchObject({ details: { reason: "password_changed" } });
  expect((await ada.post("/delete-user", { password: "another horse battery" })).status).toBe(200);
  expect(await engine.users.get(globex, ada.user.id)).toBeNull();
});
