import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptSecret } from "../../../src/process/secret-file.js";
import { StartFailure } from "../../../src/process/start-failure.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-secret-"));
});
afterEach(() => rm(directory, { recursive: true }));

const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe("The kept secret", () => {
  it("is made of 32 random bytes at the first call", async () => {
    const secret = await keptSecret(directory);
    expect(secret).toHaveLength(32);
    expect(new Set(secret).size).toBeGreaterThan(8);
  });

  it("is the same at every later call", async () => {
    const secret = await keptSecret(directory);
    expect(await keptSecret(directory)).toEqual(secret);
  });

  it("differs from one directory to another", async () => {
    const other = await mkdtemp(join(tmpdir(), "curfew-secret-"));
    const secrets = [await keptSecret(directory), await keptSecret(other)];
    await rm(other, { recursive: true });
    expect(secrets[0]).not.toEqual(secrets[1]);
  });

  it("lies in a file that only its owner may read, with nothing left beside it", async () => {
    await keptSecret(directory);
    expect((await stat(join(directory, "secret"))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["secret"]);
  });

  it("is made whole where an earlier attempt was cut short", async () => {
    await writeFile(join(directory, "secret.new"), "half");
    await chmod(join(directory, "secret.new"), 0o644);
    expect(await keptSecret(directory)).toHaveLength(32);
    expect((await stat(join(directory, "secret"))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["secret"]);
  });

  it.each(["", "short", Buffer.alloc(31).toString("base64"), "!".repeat(60)])(
    "is never made anew over a file that holds none (%j): the start stops",
    async (text) => {
      await writeFile(join(directory, "secret"), text);
      const failure = await failureOf(keptSecret(directory));
      expect(failure).toBeInstanceOf(StartFailure);
      expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining(directory) });
      expect(await readFile(join(directory, "secret"), "utf8")).toBe(text);
      if (text !== "") expect(String(failure)).not.toContain(text);
    },
  );

  it("stops the start where its directory is gone", async () => {
    const failure = await failureOf(keptSecret(join(directory, "gone")));
    expect(failure).toMatchObject({
      exitCode: 1,
      message: `cannot write ${join(directory, "gone", "secret")}`,
    });
  });
});
