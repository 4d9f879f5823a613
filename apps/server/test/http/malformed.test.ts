import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import type { ApiClient } from "../harness/api-client.js";
import { expectStatus } from "../harness/expectations.js";
import { malformedRequest } from "../harness/malformed-request.js";
import { Random } from "../harness/random.js";
import { closeConnections, send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { newOwner } from "../harness/users.js";

const service = useService();
const SEED = 20_261_124;
const CALLS = rounds(1_000, 10_000);
const AT_ONCE = 12;

let owner: ApiClient;
beforeAll(async () => {
  owner = await newOwner(service());
});

const expectServiceWorks = async (): Promise<void> => {
  closeConnections();
  // On a busy machine its feed may be stale for a moment.
  await until(
    "the service to be ready",
    async () => (await send(service(), { path: "/readyz" })).status === 200,
  );
  const owner = await newOwner(service());
  expectStatus(await owner.refresh(), 200);
};

/** Writes bytes to a socket, and reads until the peer closes it or sends nothing for `silenceMs`. */
function exchangeBytes(
  to: { host: string; port: number },
  bytes: string | Buffer,
  silenceMs = 300,
): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(to.port, to.host, () => socket.write(bytes));
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on("data", (chunk) => chunks.push(chunk));
    // The service may refuse the bytes by resetting the connection.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

describe("malformed requests get no 5xx and no stack trace, SQL or file path, and the service keeps working", () => {
  test(`${CALLS} random requests (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    // A valid token; the requests may change the state of its user.
    const token = owner.signedIn.access_token;
    const statuses = new Map<number, number>();
    const failures: string[] = [];
    const sendOne = async (): Promise<void> => {
      const call = malformedRequest(random, token);
      if (call.path.startsWith("/api/auth/events") && call.method === "GET") return;
      const description = `${call.method} ${call.path.slice(0, 80)} ${JSON.stringify(call.headers).slice(0, 200)} ${String(call.raw).slice(0, 200)}`;
      try {
        const { status } = await send(service(), call);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= 500) failures.push(`${status}: ${description}`);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // The service may close a connection without reading the request's body.
        if (code !== "ECONNRESET" && code !== "EPIPE") failures.push(`${message}: ${description}`);
      }
    };
    for (let sent = 0; sent < CALLS; sent += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => sendOne()));
    expect(failures).toEqual([]);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([400, 401, 404, 405, 422]));
    await expectServiceWorks();
  });

  test("invalid, truncated, ambiguous and pipelined HTTP", async () => {
    const authority = `Host: localhost:${service().port}`;
    const json = "Content-Type: application/json";
    const login = "POST /api/auth/login HTTP/1.1";
    const requests: (string | Buffer)[] = [
      "rubbish\r\n\r\n",
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
      "GET\r\n\r\n",
      "GET /api/config\r\n\r\n",
      "GET /api/config HTTP/9.9\r\n\r\n",
      "GET /api/config HTTP/1.1\r\n\r\n",
      `GET /api/config HTTP/1.1\r\n${authority}\r\n${authority}\r\nConnection: close\r\n\r\n`,
      `GET /api/config HTTP/1.1\r\n${authority}\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
      `GET /api/config HTTP/1.1\r\n${authority}\r\n${Array.from({ length: 3_000 }, (_, index) => `X-${index}: 1`).join("\r\n")}\r\n\r\n`,
      `GET /${"x".repeat(40_000)} HTTP/1.1\r\n${authority}\r\n\r\n`,
      `GET http://evil.example/api/config HTTP/1.1\r\n${authority}\r\nConnection: close\r\n\r\n`,
      `GET /\u0000 HTTP/1.1\r\n${authority}\r\n\r\n`,
      `GET * HTTP/1.1\r\n${authority}\r\nConnection: close\r\n\r\n`,
      `OPTIONS * HTTP/1.1\r\n${authority}\r\nConnection: close\r\n\r\n`,
      `CONNECT evil.example:443 HTTP/1.1\r\n${authority}\r\n\r\n`,
      `TRACE /api/config HTTP/1.1\r\n${authority}\r\nConnection: close\r\n\r\n`,
      `GET /api/config HTTP/1.1\r\n${authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
      `${login}\r\n${authority}\r\n${json}\r\nContent-Length: 100\r\n\r\n{"email":`,
      `${login}\r\n${authority}\r\n${json}\r\nContent-Length: -1\r\n\r\n{}`,
      `${login}\r\n${authority}\r\n${json}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      `${login}\r\n${authority}\r\n${json}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      `${login}\r\n${authority}\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
      `${login}\r\n${authority}\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`,
      `${login}\r\n${authority}\r\n${json}\r\nTransfer-Encoding: gzip\r\n\r\n{}`,
      `${login}\r\n${authority}\r\n${json}\r\nContent-Length: 9999999999999\r\n\r\n{}`,
      `${login}\r\n${authority}\r\n${json}\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
      `GET /api/config HTTP/1.1\r\n${authority}\r\n folded: yes\r\n\r\n`,
      `GET /api/config HTTP/1.1\r\n${authority}\r\nBad Header: x\r\n\r\n`,
      `GET /api/config HTTP/1.1\r\n${authority}\r\n\r\nGET /api/nothing HTTP/1.1\r\n${authority}\r\nConnection: close\r\n\r\n`,
    ];
    const responses = await Promise.all(requests.map((bytes) => exchangeBytes(service(), bytes)));
    for (const [index, response] of responses.entries()) {
      const description = JSON.stringify(String(requests[index]).slice(0, 120));
      expect(response, description).not.toMatch(/^HTTP\/1\.1 5\d\d/m);
      expect(response, description).not.toMatch(/node_modules|SQLITE|\bat .+:\d+:\d+/);
      expect(response, description).not.toMatch(/x-powered-by/i);
    }
    await expectServiceWorks();
  });

  test("headers beyond Node's limit get a 431", async () => {
    const response = await exchangeBytes(
      service(),
      `GET /api/config HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
    );
    expect(response).toMatch(/^HTTP\/1\.1 431 /);
  });

  test("a hundred clients that stall in the middle of a body don't delay others", async () => {
    const half = `POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`;
    const stalled = Array.from({ length: 100 }, () => exchangeBytes(service(), half, 500));
    await expectServiceWorks();
    await Promise.all(stalled);
    await expectServiceWorks();
  });
});
