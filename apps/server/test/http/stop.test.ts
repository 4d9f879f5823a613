import { rm } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { freePort } from "../../../../scripts/network/free-port.js";
import { newDataDir } from "../harness/service.js";
import { type ServiceProcess, spawnService, untilReady } from "../harness/service-process.js";
import { until } from "../harness/until.js";
import { newOwner } from "../harness/users.js";

const HOST = "127.0.0.1";
const BUSY_CLIENTS = 30;
/** How many answers arrive before the stop. */
const ANSWERS = 300;

let dataDir = "";
beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Running {
  readonly service: ServiceProcess;
  readonly address: { host: string; port: number; publicUrl: string };
}

async function start(): Promise<Running> {
  const port = await freePort();
  const service = spawnService({
    PORT: String(port),
    CURFEW_DATA_DIR: dataDir,
    CURFEW_RATE_LIMIT: "off",
    CURFEW_LOG_LEVEL: "warn",
  });
  const address = { host: HOST, port, publicUrl: `http://localhost:${port}` };
  await untilReady(service, address);
  return { service, address };
}

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Sends one request, and resolves to its whole answer. */
function send(port: number, agent: Agent, { body, ...call }: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: HOST, port, agent, ...call }, (answer) => {
      answer
        .resume()
        .on("error", reject)
        .on("end", () => resolve(answer));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ECONNREFUSED";

/** Sends one request after another on a kept connection until the service has gone, and returns the lost ones. */
async function stayBusy(port: number, calls: readonly Call[], onAnswer: () => void): Promise<unknown[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (let turn = 0; ; turn += 1) {
      const answer = await send(port, agent, calls[turn % calls.length] ?? { path: "/" });
      if (answer.statusCode !== 200) return [answer.statusCode];
      onAnswer();
    }
  } catch (error) {
    return isRefused(error) ? [] : [error];
  } finally {
    agent.destroy();
  }
}

describe("a stop at SIGTERM", () => {
  test(
    "under load loses no request that was sent before the listener closed, and exits with 0",
    async () => {
      for (let round = 0; round < rounds(3, 20); round += 1) {
        const { service, address } = await start();
        const owner = await newOwner(address, { transport: "body" });
        const authorization = `Bearer ${owner.signedIn.access_token}`;
        const refresh = JSON.stringify({ refresh_token: owner.refreshToken });
        const calls: readonly Call[] = [
          { path: "/api/auth/session", headers: { authorization } },
          {
            method: "POST",
            path: "/api/auth/refresh",
            headers: { "content-type": "application/json" },
            body: refresh,
          },
          { path: "/api/accounts/me/security", headers: { authorization } },
          { path: "/api/config" },
        ];
        let answers = 0;
        const onAnswer = (): void => {
          answers += 1;
          if (answers === ANSWERS) service.child.kill("SIGTERM");
        };
        const lost = await Promise.all(
          Array.from({ length: BUSY_CLIENTS }, () => stayBusy(address.port, calls, onAnswer)),
        );
        expect(lost.flat()).toEqual([]);
        expect(await service.ended).toBe(0);
      }
    },
    rounds(120_000, 600_000),
  );

  test("makes /readyz answer 503 while the service still listens and answers", async () => {
    const { service, address } = await start();
    const agent = new Agent({ keepAlive: false });
    service.child.kill("SIGTERM");
    const answer = await until("/readyz to answer 503", async () => {
      const probed = await send(address.port, agent, { path: "/readyz" });
      return probed.statusCode === 503 && probed;
    });
    expect(answer.headers["retry-after"]).toBeDefined();
    expect((await send(address.port, agent, { path: "/api/config" })).statusCode).toBe(200);
    expect(await service.ended).toBe(0);
  });

  test("is not held up by a client that reopens its event stream at once on its kept connection", async () => {
    const { service, address } = await start();
    const owner = await newOwner(address, { transport: "body" });
    const headers = { authorization: `Bearer ${owner.signedIn.access_token}` };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: (number | undefined)[] = [];
    const opened = new Promise<void>((resolve) => {
      const sent = request({ host: HOST, port: address.port, path: "/api/auth/events", headers, agent });
      sent.once("response", (answer) => {
        statuses.push(answer.statusCode);
        answer.once("data", () => resolve());
        answer.once("end", () => void reopen());
      });
      sent.end();
    });
    let hasGone = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      hasGone = resolve;
    });
    const reopen = async (): Promise<void> => {
      try {
        for (;;) {
          const answer = await send(address.port, agent, { path: "/api/auth/events", headers });
          statuses.push(answer.statusCode);
          expect(answer.headers.connection).toBe("close");
        }
      } catch (error) {
        if (isRefused(error)) hasGone();
      }
    };
    await opened;
    service.child.kill("SIGTERM");
    await gone;
    expect(statuses).toEqual([200, 503]);
    expect(await service.ended).toBe(0);
    agent.destroy();
  });
});
