import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { beforeAll, expect, test } from "vitest";

const STYLES = join(import.meta.dirname, "../../styles/styles.css");
/** Browsers without `light-dark()`, for which minifiers write it in their own way. */
const OLD_BROWSERS = ["chrome107", "safari16", "firefox104"];

const BOUND_MS = 120_000;

/** The stylesheet as a host's production build leaves it. */
let css: string;

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "curfew-styles-"));
  const built = await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      cssMinify: "lightningcss",
      cssTarget: OLD_BROWSERS,
      rolldownOptions: { input: STYLES },
    },
  }).finally(() => rm(root, { recursive: true, force: true }));
  const [output] = [built].flat();
  const files = output !== undefined && "output" in output ? output.output : [];
  css = files.map((file) => (file.type === "asset" ? String(file.source) : "")).join("");
  css = css.replaceAll(/\s/g, "");
}, BOUND_MS);

test("after a minifier for old browsers each colour is one that the browser knows, in both schemes", () => {
  const [plain = "", themed = ""] = css.split("@supports(color:light-dark(#000,#fff))");
  const colours = [...plain.matchAll(/(--curfew-[\w-]+):#[0-9a-f]{3,6}[;}]/g)].map(([, name]) => name);
  expect(colours).toHaveLength(22);
  for (const name of colours)
    expect(themed).toMatch(new RegExp(`${name}:light-dark\\(#[0-9a-f]{3,6},#[0-9a-f]{3,6}\\)`));
  expect(css).not.toContain("lightningcss-");
  expect(plain).not.toContain("light-dark");
});

test("no colour depends on a variable that the stylesheet does not set", () => {
  const set = new Set([...css.matchAll(/[{;](--[\w-]+):/g)].map(([, name]) => name));
  const read = new Set([...css.matchAll(/var\((--[\w-]+)[,)]/g)].map(([, name]) => name));
  // Numbers that the parts set on their elements: what is left of the time, and how far a picture is moved.
  expect([...read].filter((name) => !set.has(name)).sort()).toEqual(["--curfew-left", "--curfew-shift"]);
});
