import { beforeAll, describe, expect, test } from "vitest";
import { expectStatus } from "../harness/expectations.js";
import { malformedCall } from "../harness/malformed-calls.js";
import { newOwner } from "../harness/people.js";
import { Random } from "../harness/random.js";
import { exchangeBytes } from "../harness/raw-socket.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";

const service = useService();
const SEED = 20_261_124;
const CALLS = 3_000;
const AT_ONCE = 12;

let owner: Visitor;
beforeAll(async () => {
  owner = await newOwner(service());
});

const expectInOrder = async (): Promise<void> => {
  expectStatus(await send(service(), { path: "/readyz" }), 200);
  const still = await newOwner(service());
  expectStatus(await still.refresh(), 200);
};

describe("malformed requests: no 5xx, no stack, SQL or path in any answer, and the service goes on", () => {
  test(`${CALLS} requests of seed ${SEED}`, async () => {
    const random = new Random(SEED);
    // A token that is good, and of nobody whose state matters.
    const token = owner.signedIn.access_token;
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    const one = async (): Promise<void> => {
      const call = malformedCall(random, token);
      if (call.path.startsWith("/api/auth/events") && call.method === "GET") return;
      const told = `${call.method} ${call.path.slice(0, 80)} ${JSON.stringify(call.headers).slice(0, 200)} ${String(call.raw).slice(0, 200)}`;
      try {
        const { status } = await send(service(), call);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= 500) faults.push(`${status}: ${told}`);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // The service may close a connection that sends a body which it does not read.
        if (code !== "ECONNRESET" && code !== "EPIPE") faults.push(`${message}: ${told}`);
      }
    };
    for (let sent = 0; sent < CALLS; sent += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => one()));
    expect(faults).toEqual([]);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([400, 401, 404, 405, 422]));
    await expectInOrder();
  });

  test("bytes that are no HTTP, half of it, or two answers' worth of it", async () => {
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
      `GET /api/config HTTP/1.1\r\n${authority}\r\n${Array.from({ length: 3_000 }, (_, at) => `X-${at}: 1`).join("\r\n")}\r\n\r\n`,
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
    const answers = await Promise.all(requests.map((bytes) => exchangeBytes(service(), bytes)));
    for (const [at, answer] of answers.entries()) {
      const told = JSON.stringify(String(requests[at]).slice(0, 120));
      expect(answer, told).not.toMatch(/^HTTP\/1\.1 5\d\d/m);
      expect(answer, told).not.toMatch(/node_modules|SQLITE|\bat .+:\d+:\d+/);
      expect(answer, told).not.toMatch(/x-powered-by/i);
    }
    await expectInOrder();
  });

  test("headers beyond Node's limit are its own 431", async () => {
    const answer = await exchangeBytes(
      service(),
      `GET /api/config HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test("clients that stop in the middle of a body, by the hundred, leave no one else waiting", async () => {
    const half = `POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`;
    const stalled = Array.from({ length: 100 }, () => exchangeBytes(service(), half, 500));
    await expectInOrder();
    await Promise.all(stalled);
    await expectInOrder();
  });
});
