import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadSecretFile } from "../../../src/process/secret-file.js";
import { StartFailure } from "../../../src/process/start-failure.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-secret-"));
});
afterEach(() => rm(directory, { recursive: true }));

const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe("the secret file", () => {
  it("is created with 32 random bytes at the first call", async () => {
    const secret = await loadSecretFile(directory);
    expect(secret).toHaveLength(32);
    expect(new Set(secret).size).toBeGreaterThan(8);
  });

  it("returns the same secret at every later call", async () => {
    const secret = await loadSecretFile(directory);
    expect(await loadSecretFile(directory)).toEqual(secret);
  });

  it("has a different secret in each directory", async () => {
    const other = await mkdtemp(join(tmpdir(), "curfew-secret-"));
    const secrets = [await loadSecretFile(directory), await loadSecretFile(other)];
    await rm(other, { recursive: true });
    expect(secrets[0]).not.toEqual(secrets[1]);
  });

  it("has mode 0600, and no temporary file remains", async () => {
    await loadSecretFile(directory);
    expect((await stat(join(directory, "secret"))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["secret"]);
  });

  it("replaces an incomplete temporary file", async () => {
    await writeFile(join(directory, "secret.new"), "half");
    await chmod(join(directory, "secret.new"), 0o644);
    expect(await loadSecretFile(directory)).toHaveLength(32);
    expect((await stat(join(directory, "secret"))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["secret"]);
  });

  it.each(["", "short", Buffer.alloc(31).toString("base64"), "!".repeat(60)])(
    "is never overwritten if it is invalid (%j): the start fails",
    async (text) => {
      await writeFile(join(directory, "secret"), text);
      const failure = await failureOf(loadSecretFile(directory));
      expect(failure).toBeInstanceOf(StartFailure);
      expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining(directory) });
      expect(await readFile(join(directory, "secret"), "utf8")).toBe(text);
      if (text !== "") expect(String(failure)).not.toContain(text);
    },
  );

  it.each([0o644, 0o640, 0o604, 0o660, 0o700, 0o777])(
    "of mode 0%o is set to 0600, with a warning",
    async (mode) => {
      const secret = await loadSecretFile(directory);
      await chmod(join(directory, "secret"), mode);
      const warn = vi.fn();
      expect(await loadSecretFile(directory, warn)).toEqual(secret);
      expect((await stat(join(directory, "secret"))).mode & 0o7777).toBe(0o600);
      await loadSecretFile(directory, warn);
      expect(warn).toHaveBeenCalledOnce();
    },
  );

  it.each([0o600, 0o400])("of mode 0%o is read without a warning, and keeps its mode", async (mode) => {
    await loadSecretFile(directory);
    await chmod(join(directory, "secret"), mode);
    await loadSecretFile(directory, () => expect.unreachable());
    expect((await stat(join(directory, "secret"))).mode & 0o7777).toBe(mode);
  });

  it("of zeros stops the start with exit code 2", async () => {
    await writeFile(join(directory, "secret"), `${Buffer.alloc(32).toString("base64")}\n`, { mode: 0o600 });
    expect(await failureOf(loadSecretFile(directory))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("must not be all zeros"),
    });
  });

  it("fails the start if its directory is missing", async () => {
    const failure = await failureOf(loadSecretFile(join(directory, "gone")));
    expect(failure).toMatchObject({
      exitCode: 1,
      message: `cannot write ${join(directory, "gone", "secret")}`,
    });
  });
});
