import { describe, expect, onTestFinished, test } from "vitest";
import { download, EVENTS, LAST_RECORD, troubledDatabase, writeTrail } from "./long-export.js";
import { NGINX, startNginx } from "./nginx.js";
import { serveAccount } from "./served-account.js";
import { startStandIn } from "./stand-in-proxy.js";

const proxies: [name: string, start: (servicePort: number) => Promise<number>][] = [
  ["no proxy", async (port) => port],
  ["a proxy that speaks HTTP/1.0 to the service", (port) => startStandIn(port)],
];
const nginx = NGINX;
if (nginx === undefined) process.stdout.write("not run: exports behind nginx: nginx is not installed\n");
else proxies.push(["nginx", (port) => startNginx(nginx, port, "")]);

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
