import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { failureReason } from "../../src/database/failure-reason.js";
import { openDatabase } from "../../src/database/open-database.js";
import { readSettings } from "../../src/settings/read-settings.js";

/** Of a self-signed certificate, which nobody trusts. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIhAT8f2YBlzjrKph
U4hgGtdvgNVef+PUBRLk46T7soihRANCAASzv7TEnUAk06kVtrdWYXZ/VQixm7rA
tfHe3pfsSmcE9PCKAWEGecEgtSTVP3TULdaqotgv2yHqVLfT4x4U8abQ
-----END PRIVATE KEY-----
`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBGTCBwAIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1kYXRhYmFzZS50ZXN0
MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYDVQQDDA1k
YXRhYmFzZS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEs7+0xJ1AJNOp
Fba3VmF2f1UIsZu6wLXx3t6X7EpnBPTwigFhBnnBILUk1T901C3WqqLYL9sh6lS3
0+MeFPGm0DAKBggqhkjOPQQDAgNIADBFAiEA86q6LqTFS8s9ItfX0TeSW5zF5gAN
3FHrLJNEOD0Ce/sCIE3aH9Sl+3kFfDSuqhJ3KIF02qjfoh0y8/5HZKMlM65f
-----END CERTIFICATE-----
`;

const SSL_REQUEST = 80_877_103;

let server: Server | undefined;
afterEach(() => server?.close());

/** Starts a server that speaks as much of PostgreSQL's protocol as a start needs until it fails, and returns its port. */
async function serve(answer: (socket: Socket, startup: Buffer) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => answer(socket, chunk));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function errorMessage(code: string, text: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
  const header = Buffer.alloc(5);
  header.write("E");
  header.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([header, fields]);
}

const refuseWith = (code: string, text: string) => serve((socket) => socket.end(errorMessage(code, text)));

async function failureOf(url: string): Promise<string> {
  const postgres = { url, directUrl: null, pooled: false, poolSize: 2 };
  return await openDatabase({ postgres, dataDirectory: "unused" }).then(
    () => "opened",
    (error: Error) => error.message,
  );
}

describe("a start that fails tells in one line the reason, and what to set", () => {
  it("for a pooler that refuses a startup parameter", async () => {
    const port = await refuseWith("08P01", "unsupported startup parameter: statement_timeout");
    expect(await failureOf(`postgres://curfew:secret@127.0.0.1:${port}/curfew`)).toBe(
      `the database curfew at 127.0.0.1:${port} can't be reached: unsupported startup parameter: statement_timeout: behind a pooler set CURFEW_DATABASE_POOLED=true, and CURFEW_DATABASE_DIRECT_URL to the server itself`,
    );
  });

  it.each(["require", "verify-full"])(
    "for sslmode=%s and a certificate that nobody signed, without a warning",
    async (mode) => {
      const warnings: string[] = [];
      const note = (warning: Error): void => void warnings.push(warning.message);
      process.on("warning", note);
      const port = await serve((socket, startup) => {
        if (startup.length !== 8 || startup.readUInt32BE(4) !== SSL_REQUEST) return;
        socket.removeAllListeners("data");
        socket.write("S");
        const secureContext = createSecureContext({ key: KEY, cert: CERTIFICATE });
        new TLSSocket(socket, { isServer: true, secureContext }).on("error", () => {});
      });
      const message = await failureOf(`postgres://curfew:secret@127.0.0.1:${port}/curfew?sslmode=${mode}`);
      await new Promise((resolve) => setImmediate(resolve));
      process.off("warning", note);
      expect(message).toBe(
        `the database curfew at 127.0.0.1:${port} can't be reached: self-signed certificate: add sslmode=verify-full&sslrootcert=FILE, with the certificate of its authority, to the URL, or sslmode=no-verify to trust any`,
      );
      expect(warnings.filter((text) => text.includes("SSL modes"))).toEqual([]);
    },
  );

  it("for a server without TLS", async () => {
    const port = await serve((socket) => socket.write("N"));
    expect(await failureOf(`postgres://curfew@127.0.0.1:${port}/curfew?sslmode=verify-full`)).toContain(
      "can't be reached: The server does not support SSL connections: remove sslmode from the URL",
    );
  });

  it("for a wrong password", async () => {
    const port = await refuseWith("28P01", 'password authentication failed for user "curfew"');
    const message = await failureOf(`postgres://curfew:secret@127.0.0.1:${port}/curfew`);
    expect(message).toContain(
      'password authentication failed for user "curfew": in the URL\'s password write @ as %40',
    );
  });

  it.each(["p#ss", "12#34", "p/ss", "p?ss"])(
    "for a URL with the password %s, before it connects",
    (password) => {
      const read = readSettings({ DATABASE_URL: `postgres://curfew:${password}@db.test/curfew` });
      expect(read).toMatchObject({
        ok: false,
        name: "DATABASE_URL",
        message: "must be a URL: in its password write @ as %40, # as %23, / as %2F, ? as %3F and % as %25",
      });
    },
  );

  it("without the password, also where the driver or the server names it", () => {
    const url = "postgres://curfew:p%40ss@db.test/curfew";
    expect(failureReason(new Error("can't use\n p@ss or p%40ss"), url)).toBe("can't use *** or ***");
  });
});
