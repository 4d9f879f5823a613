import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseEncoding, readWebApp } from "../../../src/pages/web-app.js";
import { StartFailure } from "../../../src/process/start-failure.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-app-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function build(files: Record<string, string>): Promise<URL> {
  await mkdir(join(directory, "assets"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return pathToFileURL(`${directory}/`);
}

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

describe("the built web app", () => {
  it("is read with the compressed variants of each file, which have no names of their own", async () => {
    const app = await readWebApp(
      await build({
        "index.html": "page",
        "index.html.br": "page in br",
        "assets/index-A1.js": "script",
        "assets/index-A1.js.br": "script in br",
        "assets/index-A1.js.gz": "script in gzip",
        "assets/icon-B2.svg": "icon",
      }),
    );
    expect([...app.assets.keys()].sort()).toEqual(["icon-B2.svg", "index-A1.js"]);
    const script = app.assets.get("index-A1.js");
    expect([text(script?.bytes), text(script?.encoded.br), text(script?.encoded.gzip)]).toEqual([
      "script",
      "script in br",
      "script in gzip",
    ]);
    expect(app.assets.get("icon-B2.svg")?.encoded).toEqual({});
    expect([text(app.index.bytes), text(app.index.encoded.br), app.index.encoded.gzip]).toEqual([
      "page",
      "page in br",
      undefined,
    ]);
  });

  it("has content types by file extension, and a generic one for unknown extensions", async () => {
    const names = ["a.js", "b.css", "c.svg", "d.wat"];
    const app = await readWebApp(
      await build({ "index.html": "", ...Object.fromEntries(names.map((name) => [`assets/${name}`, ""])) }),
    );
    expect(app.index.contentType).toBe("text/html; charset=utf-8");
    expect(names.map((name) => app.assets.get(name)?.contentType)).toEqual([
      "text/javascript; charset=utf-8",
      "text/css; charset=utf-8",
      "image/svg+xml",
      "application/octet-stream",
    ]);
  });

  it.each([
    ["nothing", async () => pathToFileURL(`${directory}/`)],
    ["no index.html", () => build({ "assets/index-A1.js": "script" })],
  ])("fails the start if there is %s", async (_, prepare) => {
    const failure = await readWebApp(await prepare()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailure);
    expect(failure).toMatchObject({
      exitCode: 1,
      message: "the web app is not built: run `npm run build`",
    });
  });
});

describe("the encoding of a file", () => {
  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0.8, gzip;q=0.8", "br"],
    ["gzip;q=1.0, br;q=0", "gzip"],
    ["GZIP", "gzip"],
    [" gzip ; q=0.3 ", "gzip"],
    ["*", "br"],
    ["br;q=0, *;q=0.1", "gzip"],
    ["*;q=0", null],
    ["identity", null],
    ["deflate, zstd", null],
    ["gzip;q=0", null],
    ["gzip;q=nonsense", null],
    ["brr, gzipped", null],
    ["", null],
    [undefined, null],
  ])("for %j is %j", (accepted, encoding) => {
    expect(chooseEncoding(accepted, ["br", "gzip"])).toBe(encoding);
  });

  it("is one that is available", () => {
    expect(chooseEncoding("br, gzip", ["gzip"])).toBe("gzip");
    expect(chooseEncoding("br, gzip", ["br"])).toBe("br");
    expect(chooseEncoding("br, gzip", [])).toBeNull();
  });
});
