import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { openSqlite } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createServiceStore } from "../../../src/database/service-store.js";
import { foundIn, sweepAll, TRACED_IP, tracesOf } from "../../deletion/traces.js";
import { invite, join, login, makePasswordLink, refresh, register, type SignedIn } from "../api-calls.js";
import { createTestService, PASSWORD, type TestService } from "../test-service.js";

const NAME = "Zylophona";
const KEPT = { endedRetentionMs: 1e12, feedRetentionMs: 1e12, auditRetentionMs: 1e12 };

describe("the files of the embedded database, its free pages and log among them", () => {
  let folder: string;
  let service: TestService;
  let zyl: SignedIn;
  let ada: SignedIn;
  const open = () =>
    createTestService({
      openDatabase: async (now) => openSqlite({ path: joinPath(folder, "curfew.db"), now }),
    });
  beforeEach(async () => {
    folder = mkdtempSync(joinPath(tmpdir(), "curfew-deletion-"));
    service = await open();
    zyl = await register(service, NAME);
    ada = await join(service, zyl, "Ada", "owner");
    await login(service, zyl.email, "wrong");
    await login(service, zyl.email, PASSWORD, { ip: TRACED_IP });
    await makePasswordLink(service, ada, zyl.userId);
    for (let nth = 0; nth < 40; nth += 1) {
      const renamed = { name: `${NAME} ${"x".repeat(nth)}` };
      await service.call("PATCH", "/api/users/me", { token: zyl.token, body: renamed });
      await invite(service, zyl, `Guest${nth}`);
    }
  });
  afterEach(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });

  const content = (): string =>
    Buffer.concat(readdirSync(folder).map((file) => readFileSync(joinPath(folder, file)))).toString("latin1");

  it("hold nothing of a person who was deleted but the id, for an hour", async () => {
    const texts = tracesOf(zyl, NAME);
    expect(foundIn(content(), texts)).toEqual(texts);
    const path = `/api/accounts/me/members/${zyl.userId}`;
    expect((await service.call("DELETE", path, { token: ada.token })).status).toBe(204);
    await sweepAll(service);
    // The account keeps the name that its first owner gave it.
    const named = await service.call("PATCH", "/api/accounts/me", {
      token: ada.token,
      body: { name: "Acme" },
    });
    expect(named.status).toBe(200);
    expect(foundIn(content(), texts)).toEqual([zyl.userId, NAME]);
  });

  it("hold nothing of somebody whose invitation was withdrawn", async () => {
    const { id, email } = await invite(service, zyl, "Quintessa");
    expect(foundIn(content(), [email])).toEqual([email]);
    const path = `/api/accounts/me/members/${id}?status=invited`;
    expect((await service.call("DELETE", path, { token: zyl.token })).status).toBe(204);
    expect(foundIn(content(), [email, "Quintessa"])).toEqual([]);
  });

  it("hold nothing of somebody whose invitation ran out more than thirty days ago", async () => {
    const { email } = await invite(service, zyl, "Quintessa");
    service.clock.stall(37 * 24 * 60 * 60 * 1000);
    await sweepAll(service);
    expect(foundIn(content(), [email, "Quintessa"])).toEqual([]);
  });

  it("hold nothing of an account that was deleted but ids, for an hour", async () => {
    const texts = [...tracesOf(zyl, NAME), "guest7@example.test", ada.email, zyl.accountId];
    expect(foundIn(content(), texts)).toEqual(texts);
    const body = { account_name: `${NAME}'s account` };
    expect((await service.call("DELETE", "/api/accounts/me", { token: ada.token, body })).status).toBe(204);
    await sweepAll(service);
    expect(foundIn(content(), texts)).toEqual([zyl.accountId]);
  });

  it("hold nothing of an account whose deletion was cut short and carried on at the next start", async () => {
    const body = { account_name: `${NAME}'s account` };
    expect((await service.call("DELETE", "/api/accounts/me", { token: ada.token, body })).status).toBe(204);
    await createServiceStore(service.database).sweep({ batch: 2, ...KEPT });
    await service.close();
    expect(foundIn(content(), [zyl.email, ada.email])).not.toEqual([]);
    service = await open();
    expect(await refresh(service, zyl.cookie)).toMatchObject({ body: { reason: "account_deleted" } });
    await sweepAll(service);
    expect(foundIn(content(), [...tracesOf(zyl, NAME), ada.email])).toEqual([]);
  });
});
