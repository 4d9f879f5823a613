import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { createProject } from "./support/project.js";
import { faultsIn, withFiles } from "./support/type-faults.js";

const client = join(inject("packed"), "client");

test("the client's types are complete and exact without any other package", async () => {
  const project = await withFiles(await createProject({ packages: ["client"] }), ["client.ts"]);
  expect(faultsIn(project, "nodenext", ["client.ts"], { types: [] })).toEqual([]);
});

test("the client's files import no other package", async () => {
  const files = (await readdir(client, { recursive: true })).filter((name) => /\.(js|d\.ts)$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(client, name), "utf8")));
  const named = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from|import\()\s*"([^"]+)"/g)].map((found) => found[1]),
  );
  expect(files).toContain(join("dist", "types", "src", "api", "contract.d.ts"));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !name?.startsWith("."))).toEqual([]);
});

test("the client's code runs", async () => {
  const project = await createProject({ packages: ["client"] });
  await project.write(
    "run.js",
    `import { CurfewProblem } from "@curfew/client";
    import { createApi, createFetchSend } from "@curfew/client/api";
    const fetch = async (url) => Response.json({ version: String(url) });
    const { version: asked } = await createApi(createFetchSend({ baseUrl: "https://app.example", fetch }))("GET /api/config");
    const { isTrouble } = new CurfewProblem({ code: "unreachable", status: 0, detail: "", errors: [] });
    console.log(JSON.stringify({ asked, isTrouble }));`,
  );
  expect(await project.run("run.js")).toEqual({ asked: "https://app.example/api/config", isTrouble: true });
});
