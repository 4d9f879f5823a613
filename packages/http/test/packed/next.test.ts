import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { newSession } from "../../../../examples/next/lib/sign-in.js";
import { runServer } from "../../../../examples/support/run-server.js";
import { PACKAGES, ROOT } from "./support/places.js";
import { createProject, tarballOf } from "./support/project.js";

const run = promisify(execFile);
const BOUND_MS = 900_000;
const EXAMPLE = join(ROOT, "examples/next");

/** The example in a project of its own, which npm has installed from the tarballs and the registry. */
async function installExample(): Promise<string> {
  const { directory } = await createProject({ packages: [] });
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(EXAMPLE, "package.json"), "utf8"),
  ) as Record<string, Record<string, string>>;
  const others = Object.entries({ ...dependencies, ...devDependencies, "@types/node": "20" });
  const wanted = [
    ...PACKAGES.filter((name) => name !== "better-auth").map(tarballOf),
    ...others.filter(([name]) => !name.startsWith("@curfew/")).map(([name, version]) => `${name}@${version}`),
    "better-sqlite3@12.11.1",
  ];
  const options = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
  await run("npm", ["install", ...options, ...wanted], { cwd: directory, maxBuffer: 64 * 1024 * 1024 });
  // What its script would download or compile.
  const built = "node_modules/better-sqlite3/build";
  await cp(join(ROOT, built), join(directory, built), { recursive: true });
  for (const name of ["app", "lib", "tsconfig.json"])
    await cp(join(EXAMPLE, name), join(directory, name), { recursive: true });
  return directory;
}

test(
  "Next.js builds the example from the tarballs, and serves its pages, route handlers and parts",
  async () => {
    const directory = await installExample();
    const next = join(directory, "node_modules/next/dist/bin/next");
    const env = { NEXT_TELEMETRY_DISABLED: "1" };
    // It checks the types too.
    await run(process.execPath, [next, "build"], {
      cwd: directory,
      env: { ...process.env, ...env, NODE_ENV: "production" },
      maxBuffer: 64 * 1024 * 1024,
    });
    const COOKIE_SECRET = randomBytes(32).toString("base64");
    const server = await runServer(pathToFileURL(`${directory}/`), [next, "start"], {
      ...env,
      COOKIE_SECRET,
    });
    onTestFinished(() => server.stop());
    const before = process.env["COOKIE_SECRET"];
    process.env["COOKIE_SECRET"] = COOKIE_SECRET;
    const [ada, ben] = ["ada@acme.example", "ben@acme.example"].map(
      (email) => `own_session=${newSession(email, "an example password")}`,
    );
    if (before === undefined) delete process.env["COOKIE_SECRET"];
    else process.env["COOKIE_SECRET"] = before;
    const ask = (path: string, cookie = "", method = "GET") =>
      fetch(`${server.origin}${path}`, { method, headers: { cookie }, redirect: "manual" });

    expect((await ask("/")).headers.get("location")).toBe("/sign-in");
    const page = await (await ask("/", ada)).text();
    expect(page).toMatch(/Hello (?:<!-- -->)?Ada Park/);
    const stylesheet = /href="(\/_next\/[^"]+\.css[^"]*)"/.exec(page)?.[1] ?? "";
    expect(await (await ask(stylesheet)).text()).toContain("--curfew-");
    expect(await (await ask("/security", ben)).text()).toContain("For owners.");
    expect(await (await ask("/api/auth/session", ben)).json()).toMatchObject({ user: { name: "Ben Ito" } });
    expect((await ask("/billing", ben)).status).toBe(403);
    expect(await (await ask("/billing", ada)).json()).toEqual({ billingOf: "acme" });
    expect((await ask("/api/accounts/me/security/revoke-sessions", ada, "POST")).status).toBe(200);
    expect((await ask("/", ben)).headers.get("location")).toBe("/sign-in?reason=revoked_by_owner");
    expect(await (await ask("/billing", ada)).json()).toMatchObject({ reason: "revoked_by_owner" });
  },
  BOUND_MS,
);
