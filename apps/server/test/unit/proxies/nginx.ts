import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../../../scripts/network/free-port.js";
import { findProgram, untilListening } from "../../harness/installed-program.js";
import { HOST } from "../process/open-listener.js";

export const NGINX = findProgram("nginx");

/**
 * Starts nginx in front of a service until the test finishes.
 *
 * @param server directives of its `server` block, such as `gzip on;`
 * @returns its port
 */
export async function startNginx(program: string, servicePort: number, server: string): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-nginx-"));
  const port = await freePort();
  await writeFile(join(directory, "nginx.conf"), configuration({ directory, port, servicePort, server }));
  const child = spawn(program, ["-p", directory, "-c", "nginx.conf", "-e", "error.log"], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  const hasEnded = ended.then(() => {
    throw new Error("nginx did not start");
  });
  await Promise.race([hasEnded, untilListening(port)]);
  return port;
}

interface Site {
  readonly directory: string;
  readonly port: number;
  readonly servicePort: number;
  readonly server: string;
}

const configuration = ({ directory, port, servicePort, server }: Site): string => `
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  server {
    listen ${HOST}:${port};
    ${server}
    location / {
      proxy_pass http://${HOST}:${servicePort};
      proxy_set_header Host $http_host;
    }
  }
}
`;
