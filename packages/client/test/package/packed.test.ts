import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, "../..");
const BOUND_MS = 120_000;

/** A project with the packed client as its only package. */
let project: string;
let installed: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "curfew-consumer-"));
  installed = join(project, "node_modules/@curfew/client");
  await mkdir(installed, { recursive: true });
  await run("npm", ["pack", "--silent", "--pack-destination", project], { cwd: PACKAGE });
  const [tarball] = (await readdir(project)).filter((name) => name.endsWith(".tgz"));
  await run("tar", ["-xzf", join(project, tarball ?? ""), "--strip-components=1", "-C", installed]);
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  await cp(join(import.meta.dirname, "consumer/consumer.ts"), join(project, "consumer.ts"));
}, BOUND_MS);

afterAll(() => rm(project, { recursive: true, force: true }));

test(
  "the packed types are complete and exact without any other package",
  () => {
    const program = ts.createProgram([join(project, "consumer.ts")], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
    });
    const faults = ts.getPreEmitDiagnostics(program);
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  },
  BOUND_MS,
);

test("the packed files import no other package", async () => {
  const files = (await readdir(installed, { recursive: true })).filter((name) => /\.(js|d\.ts)$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(installed, name), "utf8")));
  const named = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from|import\()\s*"([^"]+)"/g)].map((found) => found[1]),
  );
  expect(files).toContain(join("dist", "types", "src", "api", "contract.d.ts"));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !name?.startsWith("."))).toEqual([]);
});

test("the packed code runs", async () => {
  const script = `
    import { CurfewProblem } from "@curfew/client";
    import { createApi, createFetchSend } from "@curfew/client/api";
    const fetch = async (url) => Response.json({ asked: String(url) });
    const { asked } = await createApi(createFetchSend({ baseUrl: "https://app.example", fetch }))("GET /api/config");
    console.log(asked, new CurfewProblem({ code: "unreachable", status: 0, detail: "", errors: [] }).isTrouble);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd: project });
  expect(stdout.trim()).toBe("https://app.example/api/config true");
});
