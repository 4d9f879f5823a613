import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright";
import { build, type InlineConfig } from "vite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findChromium } from "../../../../scripts/browser/chromium.js";

const BOUND_MS = 120_000;
/** From where each version of React is resolved. */
const VERSIONS = [
  ["18.3", join(import.meta.dirname, "../../../../tests/react-18/package.json")],
  ["19", import.meta.filename],
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch(await findChromium());
}, BOUND_MS);
afterAll(() => browser.close());

/** The part of `server-entry.tsx` that the tests call. */
interface ServerModule {
  asString(): string;
  asStream(): Promise<{ html: string; errors: unknown[] }>;
}
/** What `browser-entry.tsx` leaves on the window. */
interface HostWindow {
  host: { takeOver(isEarly: boolean): Promise<void>; errors: string[]; requests: string[]; version: string };
}

/** Bundles an entry of this folder with the React that `from` resolves. */
async function bundle(from: string, directory: string, isServer: boolean): Promise<string> {
  const { resolve } = createRequire(from);
  const name = isServer ? "server" : "browser";
  const shared: InlineConfig = {
    configFile: false,
    root: import.meta.dirname,
    logLevel: "error",
    resolve: {
      conditions: ["@curfew/source", ...(isServer ? ["node"] : ["browser"]), "import", "default"],
      alias: ["react", "react-dom"].map((find) => ({
        find: new RegExp(`^${find}(?=/|$)`),
        replacement: dirname(resolve(`${find}/package.json`)),
      })),
    },
    define: { "process.env.NODE_ENV": '"development"' },
    oxc: { jsx: { runtime: "automatic" } },
    ssr: { noExternal: true },
  };
  const input = join(import.meta.dirname, `${name}-entry.tsx`);
  await build({
    ...shared,
    mode: "development",
    build: {
      outDir: directory,
      emptyOutDir: false,
      minify: false,
      target: "es2022",
      ssr: isServer,
      rolldownOptions: {
        input,
        output: { entryFileNames: `${name}.mjs`, format: isServer ? "es" : "iife" },
      },
    },
  });
  return join(directory, `${name}.mjs`);
}

describe.each(VERSIONS)("with React %s, in strict mode", (version, from) => {
  let directory: string;
  let html: string;
  let streamed: Awaited<ReturnType<ServerModule["asStream"]>>;
  let complaints: unknown[][];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "curfew-react-"));
    const server: ServerModule = await import(pathToFileURL(await bundle(from, directory, true)).href);
    await bundle(from, directory, false);
    // React complains of the same once.
    const console = vi.spyOn(globalThis.console, "error");
    html = server.asString();
    streamed = await server.asStream();
    complaints = [...console.mock.calls];
    console.mockRestore();
  }, BOUND_MS);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test("every part is rendered on a server, as text and as a stream, with no complaint", () => {
    expect(html).toContain('<p id="state">loading</p>');
    expect(streamed).toMatchObject({
      html: expect.stringContaining('<p id="state">loading</p>'),
      errors: [],
    });
    expect(complaints).toEqual([]);
  });

  test.each([
    ["before the session is known", false],
    ["after it is known", true],
  ])(
    "a browser in another time zone takes the page over %s, with no complaint",
    async (_when, isEarly) => {
      const context = await browser.newContext({ timezoneId: "Asia/Kathmandu", locale: "en-GB" });
      const page = await context.newPage();
      await open(page);
      await page.evaluate((early) => (window as unknown as HostWindow).host.takeOver(early), isEarly);
      await expect.poll(() => page.textContent("#state"), { timeout: BOUND_MS }).toBe("Ada");
      const {
        errors,
        requests,
        version: found,
      } = await page.evaluate(() => {
        const { errors, requests, version } = (window as unknown as HostWindow).host;
        return { errors, requests, version };
      });
      expect(found.startsWith(version)).toBe(true);
      expect(errors).toEqual([]);
      expect(requests.filter((path) => path.endsWith("/auth/refresh"))).toHaveLength(1);
      // 12:00 in UTC.
      expect(await page.locator("time").last().textContent()).toContain("17:45");
      await context.close();
    },
    BOUND_MS,
  );

  /** A page as the server sends it, with the host's script. */
  async function open(page: Page): Promise<void> {
    const script = await readFile(join(directory, "browser.mjs"), "utf8");
    await page.route("https://host.example/", (route) =>
      route.fulfill({
        contentType: "text/html; charset=utf-8",
        body: `<!doctype html><title>Host</title><div id="root">${html}</div>`,
      }),
    );
    await page.goto("https://host.example/");
    await page.addScriptTag({ content: script });
  }
});
