import { get, type IncomingMessage } from "node:http";
import type { EventType } from "@curfew/core";
import { createEventWriter, type SqlDatabase } from "@curfew/sql";
import { describe, expect, onTestFinished, test } from "vitest";
import { HOST } from "../process/open-listener.js";
import { NGINX, startNginx } from "./nginx.js";
import { serveAccount } from "./served-account.js";
import { startStandIn } from "./stand-in-proxy.js";

const EXPORT = "/api/accounts/me/security/events";
const LAST_RECORD = /\r\n,,export\.completed,,,,,,"\{""rows"":(\d+)\}"\r\n$/;

/** More than ten pages of the export. */
const EVENTS = 5_500;

/** The first page is read before the answer begins. Reads of the background count too. */
const READS_BEFORE_TROUBLE = 4;

const proxies: [name: string, start: (servicePort: number) => Promise<number>][] = [
  ["no proxy", async (port) => port],
  ["a proxy that speaks HTTP/1.0 to the service", (port) => startStandIn(port)],
];
const nginx = NGINX;
if (nginx === undefined) process.stdout.write("not run: exports behind nginx: nginx is not installed\n");
else proxies.push(["nginx", (port) => startNginx(nginx, port, "")]);

/** A database whose reads meet `trouble` once it is armed, but for the first few. */
function troubledDatabase(trouble: () => Promise<never>) {
  let readsLeft = Number.POSITIVE_INFINITY;
  return {
    arm: () => {
      readsLeft = READS_BEFORE_TROUBLE;
    },
    wrap: (database: SqlDatabase): SqlDatabase => ({
      ...database,
      read: (unit, options) => {
        readsLeft -= 1;
        return readsLeft < 0 ? trouble() : database.read(unit, options);
      },
    }),
  };
}

interface Download {
  readonly status: number | undefined;
  readonly text: string;
  /** The client took the answer for a whole one. */
  readonly isWhole: boolean;
}

const download = (port: number, token: string): Promise<Download> =>
  new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, Accept: "text/csv" };
    const sent = get({ host: HOST, port, path: EXPORT, headers, agent: false }, (answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece) => {
        text += String(piece);
      });
      answer.on("error", () => undefined);
      answer.once("close", () => resolve({ status: answer.statusCode, text, isWhole: answer.complete }));
    });
    sent.once("error", reject);
  });

async function writeTrail(database: SqlDatabase, accountId: string): Promise<void> {
  const writeEvent = createEventWriter(database);
  const type: EventType = "member.invited";
  await database.write(function* () {
    for (let index = 0; index < EVENTS; index += 1)
      yield* writeEvent(accountId, { type, actorId: null, sessionId: null, ip: null, details: { index } });
  });
}

async function openTrail(start: (servicePort: number) => Promise<number>, trouble: () => Promise<never>) {
  const troubled = troubledDatabase(trouble);
  const served = await serveAccount({
    wrapDatabase: troubled.wrap,
    drainTimes: { idleLingerMs: 20, cutAfterMs: 100 },
  });
  await writeTrail(served.database, served.accountId);
  return { ...served, arm: troubled.arm, proxyPort: await start(served.port) };
}

describe.each(proxies)("an export through %s", (_, start) => {
  test("ends with the number of its rows if it is whole", async () => {
    const { proxyPort, token, lines } = await openTrail(start, () => Promise.reject(new Error("never")));
    const { status, text, isWhole } = await download(proxyPort, token);
    expect([status, isWhole]).toEqual([200, true]);
    expect(LAST_RECORD.exec(text)?.[1]).toBe(String(EVENTS + 1));
    expect(text.split("\r\n")).toHaveLength(EVENTS + 1 + 3);
    expect(lines).toEqual([]);
  });

  test("fails for the client, has no last record, and is one line in the log, if the database fails meanwhile", async () => {
    const { proxyPort, token, lines, arm } = await openTrail(start, () =>
      Promise.reject(new Error("the database is gone")),
    );
    arm();
    const outcome = await download(proxyPort, token).catch(() => null);
    expect(outcome?.isWhole ?? false).toBe(false);
    expect(outcome?.text ?? "").not.toMatch(LAST_RECORD);
    expect(lines.filter(({ msg }) => msg === "request failed")).toHaveLength(1);
  });

  test("fails for the client, and is told of, if the service stops meanwhile", async () => {
    let release = (): void => undefined;
    const hang = new Promise<never>((_resolve, reject) => {
      release = () => reject(new Error("released"));
    });
    hang.catch(() => undefined);
    onTestFinished(() => release());
    let hasBegunToWait = (): void => undefined;
    const waits = new Promise<void>((resolve) => {
      hasBegunToWait = resolve;
    });
    const { proxyPort, token, listener, arm } = await openTrail(start, () => {
      hasBegunToWait();
      return hang;
    });
    arm();
    const downloaded = download(proxyPort, token).catch(() => null);
    await waits;
    const cut: number[] = [];
    await listener.stop(undefined, (answers) => cut.push(answers));
    const outcome = await downloaded;
    expect(cut).toEqual([1]);
    expect(outcome?.isWhole ?? false).toBe(false);
    expect(outcome?.text ?? "").not.toMatch(LAST_RECORD);
  });
});
