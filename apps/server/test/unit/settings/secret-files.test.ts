import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSettings } from "../../../src/settings/read-settings.js";

const SECRET = Buffer.alloc(32, 7).toString("base64");
const OTHER = Buffer.alloc(32, 9).toString("base64");
const ZEROS = Buffer.alloc(32).toString("base64");

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-settings-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const path = join(directory, "value");
  await writeFile(path, text);
  return path;
}

describe("a secret", () => {
  it("can come from a file, with a line break at its end", async () => {
    const read = readSettings({ CURFEW_SECRET_FILE: await fileWith(`${SECRET},${OTHER}\n`) });
    expect(read).toMatchObject({ ok: true, settings: { unknownNames: [] } });
    expect(read.ok && read.settings.secrets?.map((secret) => secret[0])).toEqual([7, 9]);
  });

  it.each([
    ["CURFEW_METRICS_TOKEN_FILE", "a-token", { metricsToken: "a-token" }],
    ["DATABASE_URL_FILE", "postgres://db/x", { postgres: { url: "postgres://db/x" } }],
    ["CURFEW_DATABASE_DIRECT_URL_FILE", "postgres://db/y", { postgres: { directUrl: "postgres://db/y" } }],
  ])("of another kind can come from %s", async (name, text, expected) => {
    const environment = {
      CURFEW_SECRET: SECRET,
      DATABASE_URL: "postgres://db/x",
      [name]: await fileWith(text),
    };
    if (name === "DATABASE_URL_FILE") environment.DATABASE_URL = "";
    expect(readSettings(environment)).toMatchObject({ ok: true, settings: expected });
  });

  it("of zeros is refused in a variable, in a list and in a file", async () => {
    const message = "must not be all zeros: openssl rand -base64 32";
    const refused = { ok: false, name: "CURFEW_SECRET", message };
    for (const text of [
      ZEROS,
      `${SECRET},${ZEROS}`,
      ZEROS.replace("=", ""),
      Buffer.alloc(64).toString("base64"),
    ]) {
      expect(readSettings({ CURFEW_SECRET: text })).toEqual(refused);
      expect(readSettings({ CURFEW_SECRET_FILE: await fileWith(text) })).toEqual(refused);
    }
  });

  it("is refused in both, in a file that can't be read, and in an empty one, without its text", async () => {
    const faultOf = (environment: Record<string, string>) => readSettings(environment);
    const path = await fileWith(SECRET);
    expect(faultOf({ CURFEW_SECRET: OTHER, CURFEW_SECRET_FILE: path })).toEqual({
      ok: false,
      name: "CURFEW_SECRET_FILE",
      message: "can't be set together with CURFEW_SECRET",
    });
    expect(faultOf({ CURFEW_SECRET_FILE: join(directory, "none") })).toEqual({
      ok: false,
      name: "CURFEW_SECRET_FILE",
      message: "names a file that can't be read",
    });
    expect(faultOf({ CURFEW_SECRET_FILE: await fileWith("\n") })).toEqual({
      ok: false,
      name: "CURFEW_SECRET_FILE",
      message: "names an empty file",
    });
  });
});
