import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../../../scripts/network/free-port.js";
import { untilListening } from "../../harness/installed-program.js";
import { HOST } from "../process/open-listener.js";

const PAGE = readFileSync(new URL("../../../../../docs/proxies.md", import.meta.url), "utf8");

/** The configuration of the page in a language. */
export function configurationOf(language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "m").exec(PAGE) ?? [];
  if (block === undefined) throw new Error(`docs/proxies.md has no configuration for ${language}`);
  return block;
}

interface Place {
  readonly directory: string;
  readonly port: number;
}

/** A proxy of the page. */
export interface PageProxy {
  readonly name: string;
  readonly program: string;
  readonly language: string;
  /** It ends an answer that the service cut as if it were whole. */
  readonly hidesCuts: boolean;
  /** The page's configuration with a place of the test's, as the whole of the program's. */
  readonly complete: (configuration: string, place: Place) => string;
  readonly command: (place: Place) => readonly string[];
}

/** Replaces a part that the page must have. */
function replaced(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`the configuration has no ${part}`);
  return text.replace(part, () => by);
}

const withoutCertificates = (text: string): string => text.replaceAll(/^ *(ssl_|SSL).*\n/gm, "");

const APACHE_MODULES = ["mpm_event", "authz_core", "headers", "filter", "deflate", "proxy", "proxy_http"];

export const PAGE_PROXIES: readonly PageProxy[] = [
  {
    name: "nginx",
    program: "nginx",
    language: "nginx",
    hidesCuts: false,
    complete: (configuration, { directory, port }) => `
daemon off;
pid nginx.pid;
events { worker_connections 64; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join("\n  ")}
  ${replaced(withoutCertificates(configuration), "listen 443 ssl;", `listen ${HOST}:${port};`)}
}`,
    command: ({ directory }) => [
      "-p",
      directory,
      "-c",
      "proxy.conf",
      "-e",
      "error.log",
      "-g",
      "master_process off;",
    ],
  },
  {
    name: "Caddy",
    program: "caddy",
    language: "caddyfile",
    hidesCuts: true,
    complete: (configuration, { port }) =>
      `{\n\tadmin off\n}\n${replaced(configuration, "app.example {", `http://${HOST}:${port} {`)}`,
    command: () => ["run", "--adapter", "caddyfile", "--config", "proxy.conf"],
  },
  {
    name: "Apache",
    program: "apache2",
    language: "apache",
    hidesCuts: false,
    complete: (configuration, { directory, port }) => `
ServerRoot ${directory}
DefaultRuntimeDir ${directory}
PidFile ${directory}/apache.pid
ErrorLog ${directory}/error.log
${userInfo().uid === 0 ? "User www-data\nGroup www-data\n" : ""}
StartServers 1
ServerName localhost
Listen ${HOST}:${port}
${APACHE_MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
${replaced(withoutCertificates(configuration), "*:443", `${HOST}:${port}`)}`,
    command: ({ directory }) => ["-f", join(directory, "proxy.conf"), "-DFOREGROUND"],
  },
];

/**
 * Runs a proxy with the page's configuration in front of a service, until the test finishes.
 *
 * @returns its port
 */
export async function startPageProxy(
  proxy: PageProxy,
  program: string,
  servicePort: number,
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "curfew-proxy-"));
  const place = { directory, port: await freePort() };
  const configuration = replaced(configurationOf(proxy.language), "127.0.0.1:4000", `${HOST}:${servicePort}`);
  writeFileSync(join(directory, "proxy.conf"), proxy.complete(configuration, place));
  const child = spawn(program, [...proxy.command(place)], {
    cwd: directory,
    env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let output = "";
  child.stderr.on("data", (piece) => {
    output += String(piece);
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    // Caddy would wait for idle connections. Apache has children.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  const hasEnded = ended.then(() => {
    throw new Error(`${proxy.name} did not start: ${output}`);
  });
  hasEnded.catch(() => undefined);
  await Promise.race([hasEnded, untilListening(place.port)]);
  return place.port;
}
