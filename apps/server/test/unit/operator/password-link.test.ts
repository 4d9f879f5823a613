import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqliteDatabase } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../../../src/command.js";
import { openEmbeddedDatabase } from "../../../src/database/open-database.js";
import { operatorCommands } from "../../../src/operator/commands.js";
import { serveControl } from "../../../src/operator/control-socket.js";
import { join as joinAccount, login, register, reset } from "../api-calls.js";
import { createTestService, PASSWORD } from "../test-service.js";

const PUBLIC_URL = "https://curfew.example";
const NEXT = "another one of no list";

let directory: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-password-link-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(directory, { recursive: true });
});

async function run(email: string, environment: Record<string, string> = {}) {
  const output = { printed: "", printedErrors: "" };
  const exitCode = await runCommand(["password-link", email], {
    environment: { CURFEW_DATA_DIR: directory, CURFEW_PUBLIC_URL: PUBLIC_URL, ...environment },
    print: (text) => {
      output.printed += text;
    },
    printError: (line) => {
      output.printedErrors += line;
    },
  });
  return { exitCode, ...output };
}

/** Runs a service on the data directory, with its control socket. */
async function serve() {
  let database: SqliteDatabase | undefined;
  const service = await createTestService({
    openDatabase: async (now) => {
      database = await openEmbeddedDatabase(directory, { now });
      return database;
    },
  });
  if (database === undefined) throw new Error("the service opened no database");
  const commands = operatorCommands(database, { secrets: [], publicUrl: PUBLIC_URL });
  const control = await serveControl(directory, commands, () => undefined);
  const stop = async () => {
    await control.stop();
    await service.close();
  };
  return { ...service, stop };
}

const tokenOf = (printed: string): string => printed.trim().split("#")[1] ?? "";

describe("curfew password-link", () => {
  it("beside a running service prints a link with which a sole owner chooses a password", async () => {
    const service = await serve();
    closing.push(service.stop);
    const ada = await register(service, "Ada");
    const answer = await run(ada.email);
    expect(answer).toEqual({
      exitCode: 0,
      printed: expect.stringMatching(/^https:\/\/curfew\.example\/reset#[\w-]{86}\n$/),
      printedErrors: "curfew: the link works once, within 24 hours\n",
    });
    expect((await reset(service, tokenOf(answer.printed), NEXT)).status).toBe(200);
    expect((await login(service, ada.email, NEXT)).status).toBe(200);
    expect((await service.trail(ada.accountId)).find(({ type }) => type === "password.link_made")).toEqual({
      type: "password.link_made",
      actorId: null,
      sessionId: null,
      ip: null,
      details: { user_id: ada.userId },
    });
  });

  it("without a running service prints a link that works once there is one, in whatever spelling the e-mail is", async () => {
    const before = await serve();
    const ada = await register(before, "Ada");
    await before.stop();
    const { exitCode, printed } = await run("ADA@example.test");
    expect(exitCode).toBe(0);
    const service = await serve();
    closing.push(service.stop);
    service.clock.stall(Date.now() - service.clock.now());
    expect((await reset(service, tokenOf(printed), NEXT)).body.user.id).toBe(ada.userId);
  });

  it("outlives that everybody is signed out, which ends the links of owners", async () => {
    const service = await serve();
    closing.push(service.stop);
    const ada = await register(service, "Ada");
    const bea = await joinAccount(service, ada, "Bea", "owner");
    const { printed } = await run(ada.email);
    const everybody = "/api/accounts/me/security/revoke-sessions";
    expect((await service.call("POST", everybody, { token: bea.token, body: {} })).status).toBe(200);
    expect((await reset(service, tokenOf(printed), NEXT)).status).toBe(200);
  });

  it("says in one line that nobody has the e-mail, or that its user is disabled, and makes no link", async () => {
    const service = await serve();
    closing.push(service.stop);
    const ada = await register(service, "Ada");
    const bob = await joinAccount(service, ada, "Bob");
    const path = `/api/accounts/me/members/${bob.userId}`;
    await service.call("PATCH", path, { token: ada.token, body: { disabled: true } });
    expect(await run("nobody@example.test")).toEqual({
      exitCode: 1,
      printed: "",
      printedErrors: "curfew: no user has this e-mail\n",
    });
    expect(await run(bob.email)).toEqual({
      exitCode: 1,
      printed: "",
      printedErrors: "curfew: this user is disabled: an owner of the account can enable them\n",
    });
    expect((await service.rowCounts()).password_links).toBe(0);
    expect((await login(service, ada.email, PASSWORD)).status).toBe(200);
  });
});
